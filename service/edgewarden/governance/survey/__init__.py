"""What one state of a cluster looks like to somebody who sees it for the first time."""
