"""The types of what rules speak of; docs/rule-language.md says what each field means.

Where a type has ``key``, that is what a value means, whatever line it stands in and whatever holds
it: findings on values of one key are one finding. ``text`` is how people read it.
"""

from edgewarden.governance.language.types import Types

TYPES = Types.of("""\
Location: path string, line int, column int
Requirement: key string, operator string, values []string
Selector: text string, everything bool, keys []string, requirements []Requirement
Port: text string, protocol string, every bool, first int, last int, name string, location Location
Peer: key string, text string, kind string, namespaces Selector, pods Selector, cidr string, \
excepts []string, every_pod bool, internet bool, location Location
Rule: key string, text string, direction string, number int, peers []Peer, ports []Port, \
every_peer bool, every_pod bool, every_port bool, internet bool, null bool, location Location
Policy: key string, text string, namespace string, name string, labels map, annotations map, \
pods Selector, isolates []string, rules []Rule, location Location""")
