"""The guest side of Strata: runs one notebook cell in the user's interpreter. Standard library only at import."""
