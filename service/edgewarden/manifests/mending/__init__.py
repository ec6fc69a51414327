"""Small edits of manifests as their authors wrote them: comments, style and indentation stay."""
