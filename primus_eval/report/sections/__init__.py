"""The sections of the report, one module each; a new section is a module here and a line in `outline`."""
