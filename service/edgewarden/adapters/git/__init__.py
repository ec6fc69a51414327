"""Git repositories, read without ever being checked out."""
