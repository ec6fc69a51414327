"""What the port items of rules come to, beside what was likely meant."""
