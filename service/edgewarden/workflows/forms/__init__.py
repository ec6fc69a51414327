"""Files that people write for Edgewarden, held to their form with every fault at its place."""
