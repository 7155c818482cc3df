"""The commands of the command line, one module each; `streams.cli` names them."""
