"""From the syntax tree to the IR: one control-flow graph per function, exceptional edges included."""
