"""What a renderer printed elsewhere, to manifests that may be kept and read here."""
