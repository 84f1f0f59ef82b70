/** The files of a repository, by their path in it. */
type TemplateFiles = Readonly<Record<string, string>>;

/** The complete example of the manual: postgres, redis and an api of your own. */
const webapp: TemplateFiles = {
  'docker-compose.yml': `services:
  postgres:
    image: postgres:16
    network_mode: host
    restart: unless-stopped
    volumes:
      - ./data/postgres:/var/lib/postgresql/data
    environment:
      POSTGRES_DB: webapp
      POSTGRES_USER: app
      POSTGRES_PASSWORD: changeme
    command: -c listen_addresses=\${POSTGRES_IP} -c port=5432

  redis:
    image: redis:7-alpine
    network_mode: host
    restart: unless-stopped
    command: redis-server --bind \${REDIS_IP} --port 6379

  api:
    image: myregistry/api:latest
    network_mode: host
    restart: unless-stopped
    environment:
      DATABASE_URL: postgresql://app:changeme@\${POSTGRES_IP}:5432/webapp
      REDIS_URL: redis://\${REDIS_IP}:6379
      LISTEN_ADDR: \${API_IP}:8080
`,
  Rediaccfile: `#!/bin/bash

prep() {
    mkdir -p data/postgres
    renet compose -- pull
}

up() {
    renet compose -- up -d

    echo "Waiting for PostgreSQL..."
    for i in $(seq 1 30); do
        if docker compose exec postgres pg_isready -q 2>/dev/null; then
            echo "PostgreSQL is ready."
            return 0
        fi
        sleep 1
    done
    echo "Warning: PostgreSQL did not become ready within 30 seconds."
}

down() {
    renet compose -- down
}
`,
};

/** A template of one service, and the three functions that every repository has. */
const one: TemplateFiles = {
  'docker-compose.yml': `services:
  web:
    image: busybox:1
    network_mode: host
    restart: unless-stopped
    # httpd does not heed the polite signal.
    stop_grace_period: 1s
    volumes:
      - ./www:/www:ro
    command: httpd -f -p \${WEB_IP}:8080 -h /www
`,
  'www/index.html': `<!doctype html>
<title>It works</title>
<h1>It works</h1>
<p>This page is www/index.html in the repository.</p>
`,
  Rediaccfile: `#!/bin/bash

prep() {
    renet compose -- pull
}

up() {
    renet compose -- up -d
}

down() {
    renet compose -- down
}
`,
};

/** The templates for a new repository. Each has its name and sentence under `templates` in text/. */
export const templates: Readonly<Record<string, TemplateFiles>> = { one, webapp };
