"""The study of "Summer Speculations": the sign rules S1 to S4, searched and held against prices."""
