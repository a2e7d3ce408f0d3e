"""Excel workbooks: a guard that looks before anything is opened, and the reader."""
