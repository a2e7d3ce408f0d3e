"""Pure calculations: tables and published files in, frozen results out."""
