//! `explain`: what somebody earned in a period, step by step, down to the source file and line.
