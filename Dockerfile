FROM python:3.13-slim-trixie
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/edgewarden edgewarden
WORKDIR /src
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes \
      --requirement requirements/runtime.txt --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY migrations migrations
COPY policies policies
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
WORKDIR /var/lib/edgewarden
USER edgewarden
ENV EDGEWARDEN_DATA=/var/lib/edgewarden/data EDGEWARDEN_HOST=0.0.0.0
EXPOSE 8080
CMD ["edgewarden", "serve"]
