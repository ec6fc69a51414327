"""The types of what rules speak of; docs/rule-language.md says what each field means.

Where a type has ``key``, that is what a value means, whatever line it stands in and whatever holds
it: findings on values of one key are one finding. ``text`` is how people read it. What has
``about`` and ``side`` tells which object it concerns, and in which of the two states it is written.
"""

from edgewarden.governance.language.types import Types

TYPES = Types.of("""\
Location: path string, line int, column int, beside string
Object: group string, kind string, namespace string, name string
Requirement: key string, operator string, values []string
Selector: text string, everything bool, keys []string, requirements []Requirement
Port: text string, protocol string, every bool, first int, last int, name string, location \
Location
Peer: key string, text string, kind string, namespaces Selector, pods Selector, cidr string, \
excepts []string, every_pod bool, internet bool, location Location
Rule: key string, text string, capitalised string, direction string, number int, peers []Peer, \
ports []Port, ports_text string, every_peer bool, every_pod bool, every_port bool, internet bool, \
only_dns bool, null_item bool, location Location
Policy: key string, text string, subject string, namespace string, name string, labels map, \
annotations map, pods Selector, isolates []string, rules []Rule, dead_rules []Rule, types \
[]string, owner Owner, reason string, location Location
Owner: names []string, source string, unknown string, location Location
Request: author string, known bool, teams []string, title string, labels []string, draft bool, \
branch string
TypeChange: key string, text string, remedy string, policy_type string, namespace string, teams \
[]string, by_owner string, authorship string, location Location, about Object, side string
LabelChange: key string, text string, remedy string, label string, before string, after string, \
teams []string, by_owner string, authorship string, location Location, about Object, side string
TrustedLabel: key string, text string, remedy string, label string, of_namespaces bool, teams \
[]string, location Location, about Object, side string
Cluster: name string, cni string, enforces string, evidence string, known_pods bool, \
first_policy string
Split: key string, text string, remedy string, location Location, about Object, side string
DnsLoss: key string, text string, remedy string, protocols []string, certain bool, location \
Location, about Object, side string
Opening: key string, text string, remedy string, reach string, databases []string, location \
Location, about Object, side string
Undone: key string, text string, remedy string, location Location, about Object, side string
RefusedCall: key string, text string, remedy string, service string, callers []string, certain \
bool, required bool, questions []string, location Location, about Object, side string
Bypass: key string, text string, remedy string, anew bool, location Location, about Object, side \
string
IsolationLoss: key string, text string, remedy string, namespace string, direction string, lost \
bool, certain bool, location Location, about Object, side string
Isolation: extent string, default_deny bool, allow_all bool, left string, workloads []string, \
policies []string
Posture: key string, text string, name string, labels map, annotations map, owner string, \
policies int, workloads int, host_network int, ingress Isolation, egress Isolation, dns string, \
internet string, monitoring string, gateway string, sensitive string, sensitive_because string, \
certain bool, location Location, about Object, side string
Problem: key string, text string, remedy string, location Location, about Object, side string
BrokenEntry: key string, text string, remedy string, entry string, expected string, owner string, \
location Location, about Object, side string
Uncontracted: key string, text string, remedy string, certain bool, pairs int, location Location, \
about Object, side string
Breach: key string, text string, respect string, source []string, destination []string, ruling \
string, services []string, ports string, parts []string, certain bool, hypothetical bool, facts \
[]string, stated Location, location Location, about Object, side string
Redundancy: key string, text string, by string, added string, alike bool, whole bool, location \
Location, about Object, side string
Vacancy: key string, text string, of string, policy string, rule string, why string, nearest \
string, location Location, about Object, side string
PortName: key string, text string, rule string, pods string, others string, proven bool, location \
Location, about Object, side string
StrayDns: key string, text string, rule string, answering string, on_nodes string, location \
Location, about Object, side string
SplitPort: key string, text string, rule string, joined string, surplus string, location Location, \
about Object, side string
Span: key string, text string, rule string, peer string, every_pod bool, extent string, matched \
int, known int, location Location, about Object, side string
OwnAddresses: key string, text string, rule string, block string, whose []string, certain bool, \
location Location, about Object, side string
HostIdentity: key string, text string, rule string, whose string, range string, location Location, \
about Object, side string
InternetEgress: key string, text string, certain bool, bypass bool, gateway string, location \
Location, about Object, side string
MisleadingName: key string, text string, policy string, does string, kind string, location \
Location, about Object, side string
Wish: key string, text string, told string, companion string, location Location, about Object, \
side string
Unenforced: key string, text string, policy string, plugin string, effect string, source string, \
since string, certain bool, location Location, about Object, side string
End: text string, kind string, namespaces []string, workloads int, pods int, zones []string, \
tenants []string, environments []string, system []string
Edge: key string, text string, opened bool, certain bool, source End, destination End, ports \
string, reach string, facts []string, location Location, about Object, side string
Change: key string, text string, splits []Split, dns_losses []DnsLoss, openings []Opening, \
undone []Undone, refused_calls []RefusedCall, bypasses []Bypass, problems []Problem, breaches \
[]Breach, type_changes []TypeChange, label_changes []LabelChange, trusted_labels []TrustedLabel, \
isolation_losses []IsolationLoss, broken_entries []BrokenEntry, uncontracted []Uncontracted, \
redundancies []Redundancy, vacancies []Vacancy, port_names []PortName, stray_dns []StrayDns, \
split_ports []SplitPort, spans []Span, own_addresses []OwnAddresses, host_identities \
[]HostIdentity, internet_egress []InternetEgress, misleading_names []MisleadingName, wishes \
[]Wish, unenforced []Unenforced, location Location""")
