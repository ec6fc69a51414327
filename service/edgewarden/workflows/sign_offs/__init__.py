"""Signing off what the checklist of a change leaves to a person, and taking that back."""
