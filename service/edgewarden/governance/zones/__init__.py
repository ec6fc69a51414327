"""Zones, tenants and environments: who is where, and what may pass from one to another."""
