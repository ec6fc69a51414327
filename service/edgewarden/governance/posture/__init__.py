"""How far the network of a namespace is governed: isolation, DNS, ways out, and what is lacking."""
