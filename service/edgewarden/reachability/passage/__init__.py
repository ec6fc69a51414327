"""What one state lets through between two sets of ends, and what it holds back."""
