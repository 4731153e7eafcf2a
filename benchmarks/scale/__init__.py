"""How far one machine goes, what a cluster costs beside it, and what comes first at each size."""
