/**
 * The source document's complete example, its Rediaccfile to the letter and its compose file with the image names of
 * the sandbox machine's own registry.
 */
export const exampleFiles: Readonly<Record<string, string>> = {
  'docker-compose.yml': `services:
  postgres:
    image: 127.0.0.1:5000/postgres:16
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
    image: 127.0.0.1:5000/redis:7-alpine
    network_mode: host
    restart: unless-stopped
    command: redis-server --bind \${REDIS_IP} --port 6379

  api:
    image: 127.0.0.1:5000/myregistry/api:latest
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
