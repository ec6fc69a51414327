"""The exact difference of two states over all pods that could exist, as sets by selector."""
