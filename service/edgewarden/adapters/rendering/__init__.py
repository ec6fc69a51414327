"""kustomize and Helm, run where they reach no network and nothing but the files of one root."""
