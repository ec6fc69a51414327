"""Manifests with damage: bytes that were lost, repeated, moved, or never belonged there."""

from collections.abc import Callable
from random import Random

SOUND = (
    b"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  labels: {team: front, "tier": 'a'}
  annotations:
    note: |
      two lines
      of text
spec:
  podSelector: &web
    matchLabels: {app: web}
    matchExpressions:
    - {key: tier, operator: NotIn, values: [cache, db]}
    - {key: x.example/y, operator: Exists}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: *web
      namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports:
    - {port: 80, endPort: 90, protocol: UDP}
    - port: http
  egress:
  - {}
""",
    b"""# a comment
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {env: prod}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: false
      containers:
      - name: main
        image: web:1
        ports: [{name: http, containerPort: 8080}]
...
""",
    b"""apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: nightly, namespace: shop}
  spec:
    schedule: "0 3 * * *"
    jobTemplate: {spec: {template: {metadata: {labels: {app: job}}, spec: {containers: []}}}}
- apiVersion: projectcalico.org/v3
  kind: GlobalNetworkPolicy
  metadata: {name: all}
  spec: {order: 1.5, types: [Ingress]}
""",
    rb"""{
  "apiVersion": "v1", "kind": "Pod",
  "metadata": {"name": "p", "namespace": "shop", "labels": {"app": "\u00e9\ud83d\ude00"}},
  "spec": {"containers": [{"ports": [{"name": "http", "containerPort": 1e3}]}]}
}
""",
    b"""apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop, annotations: {helm.sh/resource-policy: keep}}
spec:
  selector: {app: web}
  ports:
  - {port: 443, targetPort: http}
  - {port: 53, protocol: UDP}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- {name: a.b.c, failurePolicy: Ignore, clientConfig: {service: {namespace: shop, name: guard}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: doors.b.c}
spec:
  conversion:
    strategy: Webhook
    webhook: {clientConfig: {service: {namespace: shop, name: guard, port: 8443}}}
""",
    b"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec: {source: {path: shop}, destination: {namespace: shop}}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: generate}
spec: {rules: [{name: a, generate: {kind: NetworkPolicy}}]}
""",
)

_FOREIGN = (
    *(b"---\n", b"...\n", b"- ", b": ", b"\n", b"\r\n", b"\t", b"  ", b"#", b"'", b'"', b"|", b">"),
    *(b"? ", b"[", b"]", b"{", b"}", b",", b"&a ", b"*a", b"*web", b"<<: *web\n", b"<<: ", b"="),
    *(b"{{ .Values.x }}", b"{{- if .x }}\n", b"!include x ", b"!!binary ", b"!!int ", b"!<x> "),
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8", b"\\u0041"),
    *(b"null", b"~", b"true", b"-1", b"0", b"65536", b"1e400", b".inf", b"0x", b"9" * 400),
    *(b"x" * 300, b"[" * 150, b"{a: " * 120, b"spec:\n", b"apiVersion: v1\n", b"items: []\n"),
    *(b"kind: List\nitems:\n", b"::/0", b"10.0.0.0/33", b"0.0.0.0/0", b"\x00GITCRYPT\x00"),
    *(b"<<<<<<< HEAD\n", b"=======\n", b"%YAML 1.2\n"),
)

Damage = Callable[[bytes, Random], bytes]


def mangled(seed: int) -> bytes:
    """One or several sound files, with one to eight damages."""
    random = Random(seed)
    content = b"---\n".join(random.choices(SOUND, k=random.choice((1, 1, 1, 2, 4))))
    for _ in range(random.randint(1, 8)):
        content = random.choice(_DAMAGES)(content, random)
    return content


def _span(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(content))
    return start, min(len(content), start + random.choice((1, 1, 2, 5, 20, 80)))


def _lost(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[end:]


def _repeated(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    times = random.choice((1, 2, 50))
    return content[:end] + content[start:end] * times + content[end:]


def _moved(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    rest = content[:start] + content[end:]
    place = random.randint(0, len(rest))
    return rest[:place] + content[start:end] + rest[place:]


def _flipped(content: bytes, random: Random) -> bytes:
    if not content:
        return content
    place = random.randrange(len(content))
    return content[:place] + bytes([random.randrange(256)]) + content[place + 1 :]


def _foreign(content: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + random.choice(_FOREIGN) + content[random.choice((start, end)) :]


def _lines(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at = random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(random.randrange(len(lines) + 1), lines[at])
        case 2:
            lines[at] = b" " * random.randint(1, 4) + lines[at]
        case _:
            lines[at] = lines[at].lstrip(b" ")
    return b"".join(lines)


_DAMAGES: tuple[Damage, ...] = (
    _lost,
    _repeated,
    _moved,
    _flipped,
    _foreign,
    _foreign,
    _lines,
    _lines,
)
