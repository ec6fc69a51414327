"""Small manifests as text, for tests of whole commands."""

from collections.abc import Mapping
from pathlib import Path


def deployment(name: str, namespace: str = "shop") -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: example.com/{name}}}]}}
"""


def ingress_policy(name: str, selected: str, admitted: str, port: int) -> str:
    """A policy of namespace shop that admits the pods of one app to those of another."""
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: shop
spec:
  podSelector: {{matchLabels: {{app: {selected}}}}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {{matchLabels: {{app: {admitted}}}}}
    ports:
    - {{protocol: TCP, port: {port}}}
"""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files below ``root`` and return it."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return root
