"""What people write to judge changes by: rules, checklist, zones, contract."""
