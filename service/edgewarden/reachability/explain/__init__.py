"""Why a connection is allowed or blocked, what would flip that, and why two states differ on it."""
