/** A flag that says where a program listens. In its words and values `@` stands for the service's address. */
export interface FlagRule {
  /** The words that are added. */
  words: readonly string[];
  /** Finds the flag in a command, and its value. */
  given: RegExp;
}

/** How the program of an image is told where it listens. */
export interface ImageRule {
  names: readonly string[];
  /** The owners of such an image; '' is Docker Hub's own. Another's image of the same name may start otherwise. */
  owners: readonly string[];
  tags?: RegExp;
  /** The words with which a command of such an image begins; `-` for a flag, as its entrypoint puts the program first. */
  programs?: readonly string[];
  flags?: readonly FlagRule[];
  /** The words of the image's own command, to which flags are added where the file has no command. */
  command?: readonly string[];
  /** A whole command that takes the place of the image's own; a file that has one is asked about. */
  wholeCommand?: readonly string[];
  variables?: Readonly<Record<string, string>>;
  /** The ports at which it listens by this; all of its ports without them. */
  ports?: readonly string[];
  /** Finds a mount of the file that decides where it listens. */
  settings?: RegExp;
  /** Whether `localhost` in a health check means the program's own socket. */
  localSocket?: boolean;
}

const HUB = ['', 'library'];

const flag = (name: string, value: string): FlagRule => ({
  words: [`${name}=${value}`],
  given: new RegExp(`(?:^| )-?${name}[= ](\\S+)`),
});
const spaced = (name: string, value: string): FlagRule => ({
  words: [name, value],
  given: new RegExp(`(?:^| )${name}[= ](\\S+)`),
});

/** Makes the rule of an exporter of Prometheus: it takes flags alone. */
const exporter = (
  names: readonly string[],
  owners: readonly string[],
  port: number,
  command: string[] = [],
): ImageRule => ({
  names,
  owners,
  programs: ['-'],
  command,
  flags: [flag('--web.listen-address', `@:${port}`)],
});

/** Makes the rule of an image that reads one variable. */
const variable = (
  owners: readonly string[],
  names: readonly string[],
  name: string,
  value = '@',
): ImageRule => ({
  names,
  owners,
  variables: { [name]: value },
});

const listenIn = (file: string, start: string): string[] => [
  'sh',
  '-c',
  `sed -i 's/^Listen 80$$/Listen @:80/' ${file} && exec ${start}`,
];
const PORTS_CONF = '/etc/apache2/ports.conf';

/** Makes the rule of an image with Apache whose own command is `apache2-foreground`. */
const apache = (
  names: readonly string[],
  owners: readonly string[],
  start = 'apache2-foreground',
  tags = /^(?!.*(fpm|cli|zts|alpine))/,
): ImageRule => ({
  names,
  owners,
  tags,
  wholeCommand: listenIn(PORTS_CONF, start),
  ports: ['80'],
  settings: /:\/etc\/apache2(\/ports\.conf|\/sites-[a-z]+.*)?\/?(:|$)/,
});

/** Makes the rule of an image with PHP-FPM. */
const fpm = (names: readonly string[], start: string): ImageRule => ({
  names,
  owners: HUB,
  tags: /fpm/,
  wholeCommand: [
    'sh',
    '-c',
    `sed -i 's/^listen = .*/listen = @:9000/' /usr/local/etc/php-fpm.d/zz-docker.conf && exec ${start}`,
  ],
  ports: ['9000'],
  settings: /:\/usr\/local\/etc\/php-fpm/,
});

/** The images that are known, each told in the way that its documentation says. */
export const IMAGE_RULES: readonly ImageRule[] = [
  {
    names: ['postgres', 'postgis', 'timescaledb', 'pgvector'],
    owners: [...HUB, 'postgis', 'timescale', 'pgvector', 'ankane', 'imresamu'],
    programs: ['postgres', '-'],
    flags: [{ words: ['-c', 'listen_addresses=@'], given: /listen_addresses\s*=\s*(\S+)/ }],
  },
  {
    names: ['mysql', 'mysql-server'],
    owners: [...HUB, 'mysql'],
    programs: ['mysqld', '-'],
    flags: [
      flag('--bind-address', '@'),
      // The second protocol of MySQL 8 has an address of its own; older ones ignore what is "loose".
      { words: ['--loose-mysqlx-bind-address=@'], given: /--(?:loose-)?mysqlx[-_]bind[-_]address[= ](\S+)/ },
    ],
    localSocket: true,
  },
  {
    names: ['mariadb', 'percona'],
    owners: [...HUB, 'percona'],
    programs: ['mysqld', 'mariadbd', '-'],
    flags: [flag('--bind-address', '@')],
    localSocket: true,
  },
  {
    names: ['redis'],
    owners: HUB,
    programs: ['redis-server', '-'],
    command: ['redis-server'],
    flags: [spaced('--bind', '@')],
  },
  {
    names: ['valkey'],
    owners: [...HUB, 'valkey'],
    programs: ['valkey-server', 'redis-server', '-'],
    command: ['valkey-server'],
    flags: [spaced('--bind', '@')],
  },
  {
    names: ['mongo'],
    owners: HUB,
    programs: ['mongod', '-'],
    flags: [{ words: ['--bind_ip', '@'], given: /--bind_ip[= ](\S+)|--bind_ip(_all)/ }],
  },
  {
    names: ['memcached'],
    owners: HUB,
    programs: ['memcached', '-'],
    flags: [{ words: ['-l', '@'], given: /(?:^| )(?:-l ?|--listen[= ])(\S+)/ }],
  },
  {
    names: ['rabbitmq'],
    owners: HUB,
    // The management plugin has a listener of its own, which no variable moves.
    tags: /^(?!.*management)/,
    programs: ['rabbitmq-server'],
    variables: { RABBITMQ_NODE_IP_ADDRESS: '@' },
    ports: ['5672'],
    settings: /rabbitmq\.conf|enabled_plugins/,
  },
  { ...variable(['redis'], ['redis-stack-server'], 'REDIS_ARGS', '--bind @'), ports: ['6379'] },
  {
    names: ['caddy'],
    owners: HUB,
    programs: ['caddy'],
    wholeCommand: ['caddy', 'file-server', '--root', '/usr/share/caddy', '--listen', '@:80'],
    // Its administration listens on 127.0.0.1:2019 else, once for all repositories.
    variables: { CADDY_ADMIN: '@:2019' },
    ports: ['80'],
    settings: /caddyfile|:\/etc\/caddy/i,
  },
  variable([...HUB, 'elasticsearch'], ['elasticsearch'], 'network.host'),
  { ...variable(['opensearchproject'], ['opensearch'], 'network.host'), ports: ['9200', '9300'] },
  { ...variable(['localstack'], ['localstack'], 'GATEWAY_LISTEN', '@:4566'), ports: ['4566'] },
  variable([...HUB, 'kibana'], ['kibana'], 'SERVER_HOST'),
  variable(['opensearchproject'], ['opensearch-dashboards'], 'SERVER_HOST'),
  variable(['grafana'], ['grafana', 'grafana-oss', 'grafana-enterprise'], 'GF_SERVER_HTTP_ADDR'),
  exporter(['prometheus'], ['prom', 'prometheus'], 9090, [
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
  ]),
  {
    ...exporter(['alertmanager'], ['prom', 'prometheus'], 9093, [
      '--config.file=/etc/alertmanager/alertmanager.yml',
      '--storage.path=/alertmanager',
    ]),
    flags: [flag('--web.listen-address', '@:9093'), flag('--cluster.listen-address', '@:9094')],
  },
  exporter(['node-exporter'], ['prom', 'prometheus', 'prometheuscommunity'], 9100),
  exporter(['pushgateway'], ['prom', 'prometheus'], 9091),
  exporter(['postgres-exporter', 'postgres_exporter'], ['prometheuscommunity', 'wrouesnel'], 9187),
  exporter(['mysqld-exporter'], ['prom', 'prometheus'], 9104),
  { names: ['cadvisor'], owners: ['cadvisor', 'google'], programs: ['-'], flags: [flag('--listen_ip', '@')] },
  variable(['oliver006'], ['redis_exporter'], 'REDIS_EXPORTER_WEB_LISTEN_ADDRESS', '@:9121'),
  {
    names: ['loki'],
    owners: ['grafana'],
    programs: ['-'],
    command: ['-config.file=/etc/loki/local-config.yaml'],
    flags: [flag('-server.http-listen-address', '@'), flag('-server.grpc-listen-address', '@')],
    ports: ['3100', '9095'],
  },
  {
    names: ['promtail'],
    owners: ['grafana'],
    programs: ['-'],
    command: ['-config.file=/etc/promtail/config.yml'],
    flags: [flag('-server.http-listen-address', '@'), flag('-server.grpc-listen-address', '@')],
    ports: ['9080', '9095'],
  },
  {
    names: ['minio'],
    owners: ['minio', ''],
    // Earlier ones have no console of their own.
    tags: /^(latest|)$|^release\.202[2-9]/,
    programs: ['server', 'minio'],
    flags: [spaced('--address', '@:9000'), spaced('--console-address', '@:9001')],
    ports: ['9000', '9001'],
  },
  {
    names: ['adminer'],
    owners: HUB,
    tags: /^(?!.*fastcgi)/,
    wholeCommand: ['php', '-S', '@:8080', '-t', '/var/www/html'],
    ports: ['8080'],
  },
  {
    names: ['nginx'],
    owners: HUB,
    wholeCommand: [
      'sh',
      '-c',
      `sed -i 's/listen  *80;/listen @:80;/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`,
    ],
    ports: ['80'],
    settings: /:\/etc\/nginx|\.conf|\.template/,
  },
  {
    names: ['httpd'],
    owners: HUB,
    wholeCommand: listenIn('/usr/local/apache2/conf/httpd.conf', 'httpd-foreground'),
    ports: ['80'],
    settings: /:\/usr\/local\/apache2\/conf|\.conf/,
  },
  apache(['php'], HUB, 'apache2-foreground', /apache/),
  apache(['wordpress'], HUB, 'docker-entrypoint.sh apache2-foreground'),
  apache(['phpmyadmin'], [...HUB, 'phpmyadmin']),
  apache(['drupal'], HUB),
  apache(['nextcloud'], HUB, '/entrypoint.sh apache2-foreground'),
  apache(['joomla'], HUB, '/entrypoint.sh apache2-foreground'),
  fpm(['php'], 'php-fpm'),
  fpm(['wordpress'], 'docker-entrypoint.sh php-fpm'),
  fpm(['nextcloud'], '/entrypoint.sh php-fpm'),
  variable(HUB, ['mongo-express'], 'VCAP_APP_HOST'),
  variable(['dpage'], ['pgadmin4'], 'PGADMIN_LISTEN_ADDRESS'),
  variable(['n8nio'], ['n8n'], 'N8N_LISTEN_ADDRESS'),
  variable(['vaultwarden'], ['server'], 'ROCKET_ADDRESS'),
  variable(['louislam'], ['uptime-kuma'], 'UPTIME_KUMA_HOST'),
  variable(['ollama'], ['ollama'], 'OLLAMA_HOST', '@:11434'),
  variable(['open-webui'], ['open-webui'], 'HOST'),
  variable(['qdrant'], ['qdrant'], 'QDRANT__SERVICE__HOST'),
  variable(['getmeili'], ['meilisearch'], 'MEILI_HTTP_ADDR', '@:7700'),
  variable(['metabase'], ['metabase'], 'MB_JETTY_HOST'),
  variable(HUB, ['ghost'], 'server__host'),
  variable(HUB, ['registry'], 'REGISTRY_HTTP_ADDR', '@:5000'),
  variable(['directus'], ['directus'], 'HOST'),
  variable(['hasura'], ['graphql-engine'], 'HASURA_GRAPHQL_SERVER_HOST'),
  variable(['postgrest'], ['postgrest'], 'PGRST_SERVER_HOST'),
  variable(['amir20'], ['dozzle'], 'DOZZLE_ADDR', '@:8080'),
  variable(['mssql'], ['server'], 'MSSQL_IP_ADDRESS'),
  { ...variable(HUB, ['sonarqube'], 'SONAR_WEB_HOST'), ports: ['9000'] },
  { ...variable(HUB, ['influxdb'], 'INFLUXD_HTTP_BIND_ADDRESS', '@:8086'), tags: /^(latest|alpine|2.*|)$/ },
  {
    ...variable(HUB, ['neo4j'], 'NEO4J_server_default__listen__address'),
    tags: /^(latest|community|enterprise|5.*|202.*|)$/,
  },
  { ...variable(HUB, ['neo4j'], 'NEO4J_dbms_default__listen__address'), tags: /^4/ },
  {
    names: ['mailhog'],
    owners: ['mailhog'],
    variables: { MH_SMTP_BIND_ADDR: '@:1025', MH_UI_BIND_ADDR: '@:8025', MH_API_BIND_ADDR: '@:8025' },
    ports: ['1025', '8025'],
  },
  {
    names: ['mailpit'],
    owners: ['axllent'],
    variables: { MP_SMTP_BIND_ADDR: '@:1025', MP_UI_BIND_ADDR: '@:8025' },
    ports: ['1025', '8025'],
  },
  {
    names: ['portainer', 'portainer-ce', 'portainer-ee'],
    owners: ['portainer'],
    programs: ['-'],
    flags: [flag('--bind', '@:9000'), flag('--bind-https', '@:9443'), flag('--tunnel-addr', '@')],
    ports: ['9000', '9443', '8000'],
  },
];

/** The images whose programs listen nowhere. */
export const SILENT_IMAGES =
  /^(containrrr\/watchtower|nickfedor\/watchtower|mcuadros\/ofelia|willfarrell\/autoheal|minio\/mc|certbot\/certbot|flyway\/flyway|redgate\/flyway|liquibase\/liquibase|migrate\/migrate|prodrigestivill\/postgres-backup-local|curlimages\/curl|hello-world)$/;
