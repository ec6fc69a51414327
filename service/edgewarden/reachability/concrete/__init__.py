"""The exact difference between known workloads, as rectangles over bitsets.

A bit is a workload; Python integers are the sets. The index of a state is immutable, and the
index of a changed state shares all that did not change. Only ends that a change touches are
evaluated, in groups of ends that no selector tells apart, so the cost follows the change and not
the cluster.
"""
