"""Who answers for policies, files, labels and types of policies, and where that is written."""
