"""Findings as words: numbers in a language's form, catalogues of words, sentences."""
