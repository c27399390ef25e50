"""The study `sector`: a letter on sector long/short books, sentence by sentence."""
