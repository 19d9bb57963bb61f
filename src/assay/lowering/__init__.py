"""From the syntax tree to the IR: a control-flow graph per function, with exceptional edges."""
