"""What a change holds that rules may object to: seen by our own code, judged by the rules."""
