"""The language of rules: CEL over typed values. Nothing else of the package knows the library."""
