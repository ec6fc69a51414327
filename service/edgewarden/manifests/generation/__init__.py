"""Policies that stand in no manifest and that something in the cluster makes."""
