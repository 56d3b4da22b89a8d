{{/*
What a schema cannot express: missing and contradictory values. Reports all errors at once, each with the value's name and
an example, never with the value of a secret.
*/}}
{{- define "hangar.checks" -}}
{{- $errors := list -}}
{{- range list "needs" "names" "address" "secrets" "database" "sso" "outside" "ports" "roles" "scaling" "migrations" "config" "extraEnv" -}}
{{- $found := trim (include (printf "hangar.checks.%s" .) $) -}}
{{- if $found -}}{{- $errors = append $errors $found -}}{{- end -}}
{{- end -}}
{{- if $errors -}}
{{- fail (printf "\n\nThe values of this chart do not go together:\n%s\n" (regexReplaceAll "(?m)^\\s*\n" (join "\n" $errors) "")) -}}
{{- end -}}
{{- end }}

{{- define "hangar.checks.needs" -}}
{{- if not .Values.image.repository }}
- image.repository is missing: set the repository of the image that you built as in docs/image.md, for example image.repository=registry.example.com/hangar
{{- end }}
{{- if eq .Values.plane.mode "api-key" }}
{{- if not .Values.plane.workspace }}
- plane.workspace is missing: the slug of the workspace of the API key, for example plane.workspace=acme
{{- end }}
{{- if .Values.plane.clientId }}
- plane.clientId does not go with plane.mode=api-key: the community edition has no apps; for example plane.clientId=""
{{- end }}
{{- else if and (not .Values.plane.clientId) (not (hasKey (fromYaml (include "hangar.secretKeys" .)) "HANGAR_APPS")) }}
- plane.clientId is missing: the Client ID from the app's page in Plane, for example plane.clientId=a1b2c3d4
{{- end }}
{{- end }}

{{/* Names that a Service can have, and labels that select pods. */}}
{{- define "hangar.checks.names" -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" (include "hangar.fullname" .)) }}
- fullnameOverride is missing: the release's name {{ .Release.Name | quote }} is none that a Service can have (a letter first, then letters, digits and "-"), for example fullnameOverride=hangar
{{- end }}
{{- $labels := dict "commonLabels" .Values.commonLabels -}}
{{- range $name, $component := fromYaml (include "hangar.components" .) }}
{{- $_ := set $labels (printf "%s.podLabels" (include "hangar.componentPath" $name)) $component.values.podLabels }}
{{- end }}
{{- range $path, $given := $labels }}
{{- range $label := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "hangar/server" }}
{{- if hasKey $given $label }}
- {{ $path }}: {{ $label }} is the chart's own: Deployments and NetworkPolicies select by it
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "hangar.checks.address" -}}
{{- $url := urlParse .Values.publicUrl -}}
{{- if not .Values.publicUrl }}
- publicUrl is missing: where browsers and Plane reach Hangar{{ if or .Values.ingress.enabled .Values.gateway.enabled }} (the host of the {{ ternary "Ingress" "HTTPRoute" .Values.ingress.enabled }}){{ end }}, for example publicUrl=https://hangar.example.com
{{- else if or (not (has $url.scheme (list "http" "https"))) (not $url.host) (not (regexMatch "^(/[A-Za-z0-9._~-]+)*/?$" $url.path)) $url.query $url.fragment $url.userinfo }}
- publicUrl must be an http or https address, for example https://hangar.example.com; it is {{ .Values.publicUrl | quote }}
{{- else if and (or .Values.ingress.enabled .Values.gateway.enabled) (not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" (include "hangar.host" .Values.publicUrl))) }}
- publicUrl must be the address of one host, for example https://hangar.example.com; it is {{ .Values.publicUrl | quote }}
{{- end }}
{{- $console := urlParse .Values.consoleUrl -}}
{{- if .Values.consoleUrl }}
{{- if or (not (has $console.scheme (list "http" "https"))) (not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" (include "hangar.host" .Values.consoleUrl))) (not (regexMatch "^(/[A-Za-z0-9._~-]+)*/?$" $console.path)) $console.query $console.fragment $console.userinfo }}
- consoleUrl must be the address of one host, for example https://hangar.internal.example.com; it is {{ .Values.consoleUrl | quote }}
{{- else if eq (include "hangar.host" .Values.consoleUrl) (include "hangar.host" .Values.publicUrl) }}
- consoleUrl has the host of publicUrl: it is for a console on a host of its own; for example consoleUrl=""
{{- end }}
{{- if .Values.singleProcess }}
- consoleUrl does not go with singleProcess: one process has one address; for example singleProcess=false
{{- else if not .Values.console.enabled }}
- consoleUrl: this release runs no console, for example console.enabled=true
{{- end }}
{{- else if or .Values.consoleIngress.enabled .Values.consoleGateway.enabled }}
- consoleUrl is missing: the host of the console's {{ ternary "Ingress" "HTTPRoute" .Values.consoleIngress.enabled }}, for example consoleUrl=https://hangar.internal.example.com
{{- end }}
{{- end }}

{{- define "hangar.checks.secrets" -}}
{{- $secrets := .Values.secrets -}}
{{- $sources := list -}}
{{- if $secrets.existingSecret }}{{ $sources = append $sources "secrets.existingSecret" }}{{ end -}}
{{- if $secrets.externalSecret.enabled }}{{ $sources = append $sources "secrets.externalSecret" }}{{ end -}}
{{- if $secrets.values }}{{ $sources = append $sources "secrets.values" }}{{ end -}}
{{- if not $sources }}
- secrets are missing: name a Secret that exists, for example secrets.existingSecret=hangar-secrets; or secrets.externalSecret; or, to try things out, secrets.values
{{- else if gt (len $sources) 1 }}
- {{ join " and " $sources }} are set: secrets come from one of them; empty the others, for example {{ get (dict "secrets.existingSecret" "secrets.existingSecret=\"\"" "secrets.externalSecret" "secrets.externalSecret.enabled=false" "secrets.values" "secrets.values=null") (last $sources) }}
{{- else }}
{{- $keys := fromYaml (include "hangar.secretKeys" .) -}}
{{- $needed := ternary (list "PLANE_API_KEY" "HANGAR_ENCRYPTION_KEYS") (list "PLANE_CLIENT_SECRET" "PLANE_WEBHOOK_SECRETS" "HANGAR_ENCRYPTION_KEYS") (eq .Values.plane.mode "api-key") -}}
{{- if and (eq .Values.plane.mode "oauth") (not .Values.plane.clientId) (hasKey $keys "HANGAR_APPS") }}
{{- $needed = list "HANGAR_ENCRYPTION_KEYS" }}
{{- end }}
{{- if and (eq .Values.plane.mode "api-key") (hasKey $keys "PLANE_CLIENT_SECRET") }}
- {{ include "hangar.secretPath" (list $ "PLANE_CLIENT_SECRET") }} does not go with plane.mode=api-key: the community edition has no apps; empty it
{{- end }}
{{- range $variable := $needed }}
{{- if not (hasKey $keys $variable) }}
- {{ include "hangar.secretPath" (list $ $variable) }} is missing, for example {{ include "hangar.secretExample" (list $ $variable) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and $secrets.externalSecret.enabled (not $secrets.externalSecret.storeRef.name) }}
- secrets.externalSecret.storeRef.name is missing: a SecretStore or ClusterSecretStore, for example secrets.externalSecret.storeRef.name=vault
{{- end }}
{{- with get $secrets.values "HANGAR_ENCRYPTION_KEYS" }}
{{- if not (regexMatch "^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=(,[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=)*$" .) }}
- secrets.values.HANGAR_ENCRYPTION_KEYS must be "kid:base64 of 32 bytes", comma separated, for example "2026a:$(openssl rand -base64 32)"
{{- end }}
{{- end }}
{{- end }}

{{/* The value that sets a secret, by the source in use: (list $ variable). */}}
{{- define "hangar.secretPath" -}}
{{- $secrets := (index . 0).Values.secrets -}}
{{- ternary "secrets.keys" (ternary "secrets.externalSecret.remoteRefs" "secrets.values" $secrets.externalSecret.enabled) (not (empty $secrets.existingSecret)) -}}.{{ index . 1 }}
{{- end }}

{{- define "hangar.secretExample" -}}
{{- $secrets := (index . 0).Values.secrets -}}
{{- if $secrets.existingSecret -}}
secrets.keys.{{ index . 1 }}={{ index . 1 }} (the key of that Secret)
{{- else if $secrets.externalSecret.enabled -}}
{key: hangar, property: {{ include "hangar.secretFile" (index . 1) }}}
{{- else -}}
{{ get (dict "DATABASE_URL" "postgres://hangar:password@db.example.com:5432/hangar" "PLANE_CLIENT_SECRET" "the Client Secret from the app's page in Plane" "PLANE_API_KEY" "plane_api_…" "PLANE_WEBHOOK_SECRETS" "plane_wh_…" "HANGAR_ENCRYPTION_KEYS" "\"2026a:$(openssl rand -base64 32)\"") (index . 1) }}
{{- end -}}
{{- end }}

{{- define "hangar.checks.database" -}}
{{- $sources := list -}}
{{- if .Values.database.urlFrom.secret }}{{ $sources = append $sources "database.urlFrom" }}{{ end -}}
{{- if .Values.cluster.enabled }}{{ $sources = append $sources "cluster.enabled" }}{{ end -}}
{{- if hasKey (fromYaml (include "hangar.secretKeys" .)) "DATABASE_URL" }}{{ $sources = append $sources (include "hangar.secretPath" (list . "DATABASE_URL")) }}{{ end -}}
{{- if not $sources }}
- there is no database: set {{ include "hangar.secretPath" (list . "DATABASE_URL") }}, for example {{ include "hangar.secretExample" (list . "DATABASE_URL") }}; or database.urlFrom.secret, the Secret of a PostgreSQL operator; or cluster.enabled=true for one by CloudNativePG
{{- else if gt (len $sources) 1 }}
- {{ join " and " $sources }} are set: the database's address comes from one of them
{{- end }}
{{- with get .Values.secrets.values "DATABASE_URL" }}
{{- if not (regexMatch "^postgres(ql)?://." .) }}
- secrets.values.DATABASE_URL must be a postgres:// address, for example postgres://hangar:password@db.example.com:5432/hangar
{{- end }}
{{- end }}
{{- range $path, $ca := dict "database.ca" .Values.database.ca "caBundle" .Values.caBundle }}
{{- if and $ca.configMap $ca.secret }}
- {{ $path }} names a ConfigMap and a Secret: take one, for example {{ $path }}.secret=""
{{- end }}
{{- end }}
{{- end }}

{{- define "hangar.checks.sso" -}}
{{- $oidc := .Values.oidc -}}
{{- if and $oidc.issuer (not $oidc.clientId) }}
- oidc.clientId is missing beside oidc.issuer, for example oidc.clientId=hangar
{{- end }}
{{- if and (not $oidc.issuer) (or $oidc.clientId $oidc.audience (hasKey (fromYaml (include "hangar.secretKeys" .)) "OIDC_CLIENT_SECRET")) }}
- oidc.issuer is missing beside the client of the identity provider, for example oidc.issuer=https://login.example.com/realms/staff
{{- end }}
{{- if and $oidc.issuer (not (hasPrefix "https://" $oidc.issuer)) }}
- oidc.issuer must be an https address, for example https://login.example.com/realms/staff; it is {{ $oidc.issuer | quote }}
{{- end }}
{{- if and $oidc.rolesMap (not $oidc.rolesClaim) }}
- oidc.rolesClaim is missing beside oidc.rolesMap, for example oidc.rolesClaim=groups
{{- end }}
{{- end }}

{{- define "hangar.checks.outside" -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) }}
- gateway.parentRefs is missing: the Gateway to attach to, for example gateway.parentRefs=[{name: public, namespace: gateways}]
{{- end }}
{{- if and .Values.consoleGateway.enabled (not .Values.consoleGateway.parentRefs) }}
- consoleGateway.parentRefs is missing: the Gateway to attach to, for example consoleGateway.parentRefs=[{name: internal, namespace: gateways}]
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not (fromYaml (include "hangar.routes" .))) }}
- {{ ternary "ingress.enabled" "gateway.enabled" .Values.ingress.enabled }}: neither receiver nor console runs in this release, so there is nothing to lead to; for example receiver.enabled=true
{{- end }}
{{- if and .Values.proxy.url (urlParse .Values.proxy.url).userinfo }}
- proxy.url contains a password: put the whole address among the secrets as HTTPS_PROXY, for example secrets.keys.HTTPS_PROXY=HTTPS_PROXY
{{- end }}
{{- if (urlParse .Values.telemetry.otlpEndpoint).userinfo }}
- telemetry.otlpEndpoint contains a password: set the collector's credentials as headers in a secret, for example secrets.keys.OTEL_EXPORTER_OTLP_TRACES_HEADERS=OTEL_EXPORTER_OTLP_TRACES_HEADERS
{{- end }}
{{- if and .Values.proxy.url (hasKey (fromYaml (include "hangar.secretKeys" .)) "HTTPS_PROXY") }}
- proxy.url and the secret HTTPS_PROXY are both set: take one, for example proxy.url=""
{{- end }}
{{- end }}

{{/* Addresses whose port the NetworkPolicy blocks. `egress.extra` is not checked. */}}
{{- define "hangar.checks.ports" -}}
{{- $egress := .Values.networkPolicy.egress -}}
{{- if and .Values.networkPolicy.enabled (not $egress.extra) -}}
{{- $addresses := list -}}
{{- if .Values.proxy.url -}}
{{- $addresses = append $addresses (list "proxy.url" .Values.proxy.url "proxy") -}}
{{- else if not (include "hangar.hasProxy" .) -}}
{{- $addresses = append $addresses (list "plane.baseUrl" .Values.plane.baseUrl "https") -}}
{{- $addresses = append $addresses (list "oidc.issuer" .Values.oidc.issuer "https") -}}
{{- end -}}
{{- if not (and (include "hangar.hasProxy" .) (hasPrefix "https:" .Values.telemetry.otlpEndpoint)) -}}
{{- $addresses = append $addresses (list "telemetry.otlpEndpoint" .Values.telemetry.otlpEndpoint "otlp") -}}
{{- end -}}
{{- range $address := $addresses }}
{{- $url := urlParse (index $address 1) -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) | int -}}
{{- $rule := index $address 2 -}}
{{- $let := list }}{{ range (get $egress $rule).ports }}{{ $let = append $let (int .) }}{{ end -}}
{{- if and $url.host (eq $rule "otlp") (eq $port 4317) }}
- telemetry.otlpEndpoint: port 4317 is that of gRPC, which Hangar does not speak; for example telemetry.otlpEndpoint={{ replace ":4317" ":4318" (index $address 1) }}
{{- else if and $url.host (not (has $port $let)) }}
- {{ index $address 0 }}: the NetworkPolicy blocks port {{ $port }}; for example networkPolicy.egress.{{ $rule }}.ports=[{{ join "," (append $let $port) }}]
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Values that have no effect in combination with others. */}}
{{- define "hangar.checks.roles" -}}
{{- $components := fromYaml (include "hangar.components" .) -}}
{{- if not $components }}
- nothing runs: every role is off; for example worker.enabled=true
{{- end }}
{{- range $part := list "receiver" "scheduler" "console" "server" "defaults" }}
{{- if (get $.Values $part).handlers }}
- {{ $part }}.handlers: handlers are shared out among workers alone, for example worker.handlers=[PingHandler.pong]
{{- end }}
{{- end }}
{{- range $field := list "enabled" "replicas" }}
{{- if hasKey $.Values.defaults $field }}
- defaults.{{ $field }}: each role says this itself, for example worker.{{ $field }}={{ get $.Values.defaults $field }}
{{- end }}
{{- end }}
{{- if hasKey .Values.server "enabled" }}
- server.enabled: the server is what singleProcess=true runs
{{- end }}
{{- range $name, $component := $components }}
{{- range $component.values.handlers }}
{{- if not (regexMatch "^[A-Za-z_$][A-Za-z0-9_$]*([.][A-Za-z_$][A-Za-z0-9_$]*)?$" .) }}
- {{ include "hangar.componentPath" $name }}.handlers: {{ . | quote }} is no name of a handler; it is a class, or a class and its method, for example PingHandler.pong
{{- end }}
{{- end }}
{{- if and (hasPrefix "worker-" $name) (not $component.values.handlers) }}
- {{ include "hangar.componentPath" $name }}.handlers is missing: a pool works on handlers of its own, for example {{ include "hangar.componentPath" $name }}.handlers=[ReportHandler.monthly]
{{- end }}
{{- end }}
{{- end }}

{{/* The path of a component's values. */}}
{{- define "hangar.componentPath" -}}
{{ hasPrefix "worker-" . | ternary (printf "workerPools.%s" (trimPrefix "worker-" .)) . }}
{{- end }}

{{- define "hangar.checks.scaling" -}}
{{- $components := fromYaml (include "hangar.components" .) -}}
{{- range $name, $component := $components }}
{{- $path := include "hangar.componentPath" $name }}
{{- $hpa := $component.values.autoscaling }}
{{- $keda := $component.values.keda }}
{{- if and $hpa.enabled $keda.enabled }}
- {{ $path }}.autoscaling and {{ $path }}.keda are both enabled: KEDA makes an autoscaler of its own, and two of them quarrel; for example {{ $path }}.autoscaling.enabled=false
{{- end }}
{{- if and $hpa.enabled (not $hpa.targetCPUUtilizationPercentage) (not $hpa.external.name) }}
- {{ $path }}.autoscaling has no metric: for example {{ $path }}.autoscaling.targetCPUUtilizationPercentage=70, or {{ $path }}.autoscaling.external.name=hangar_queue_jobs
{{- end }}
{{- if and $hpa.enabled $hpa.targetCPUUtilizationPercentage (not (dig "requests" "cpu" "" $component.values.resources)) }}
- {{ $path }}.autoscaling goes by the share of a CPU request that is not there: for example {{ $path }}.resources.requests.cpu=100m
{{- end }}
{{- range $kind, $limits := dict "autoscaling" $hpa "keda" $keda }}
{{- if and $limits.enabled (gt ($limits.minReplicas | int) ($limits.maxReplicas | int)) }}
- {{ $path }}.{{ $kind }}.minReplicas is above maxReplicas: for example {{ $path }}.{{ $kind }}.maxReplicas={{ $limits.minReplicas }}
{{- end }}
{{- end }}
{{- $least := include "hangar.leastPods" $component.values | int }}
{{- if $keda.enabled }}{{ $least = max 1 $least }}{{ end }}
{{- with include "hangar.blockingBudget" (list $component.values.podDisruptionBudget $least) }}
- {{ $path }}.podDisruptionBudget.{{ . }} allows no eviction of {{ $least }} pods: a node drain would never end; for example {{ $path }}.podDisruptionBudget.enabled=false, or more replicas
{{- end }}
{{- with $component.values.probes.readiness }}
{{- $seconds := mul (int .periodSeconds) (int .failureThreshold) }}
{{- if and (has "receiver" $component.roles) (lt $seconds (int64 $.Values.webhooks.holdSeconds)) }}
- {{ $path }}.probes.readiness: periodSeconds × failureThreshold is {{ $seconds }}, below webhooks.holdSeconds ({{ $.Values.webhooks.holdSeconds }}): receivers would leave the Service while webhooks wait in them; for example {{ $path }}.probes.readiness.failureThreshold={{ divf (float64 $.Values.webhooks.holdSeconds) (float64 .periodSeconds) | ceil | int | add1 }}
{{- end }}
{{- end }}
{{- if and $keda.enabled (not (has "worker" $component.roles)) }}
- {{ $path }}.keda: KEDA goes by the queue, and {{ $name }} works on none; for example {{ $path }}.autoscaling.enabled=true
{{- end }}
{{- if and $keda.enabled (gt (len $component.roles) 1) (eq ($keda.minReplicas | int) 0) }}
- {{ $path }}.keda.minReplicas must be 1 at least: with 0 no process receives webhooks
{{- end }}
{{- if and $keda.enabled (eq $keda.trigger "prometheus") (not $keda.prometheus.serverAddress) }}
- {{ $path }}.keda.prometheus.serverAddress is missing, for example http://prometheus-operated.monitoring:9090; or {{ $path }}.keda.trigger=postgresql
{{- end }}
{{- $own := "" -}}
{{- if or $.Values.database.ca.configMap $.Values.database.ca.secret }}{{ $own = "database.ca" -}}
{{- else if contains "sslrootcert=/" (get $.Values.secrets.values "DATABASE_URL" | default "") }}{{ $own = "an sslrootcert in the address" -}}
{{- else if or $.Values.caBundle.configMap $.Values.caBundle.secret }}{{ $own = "caBundle" }}{{ end -}}
{{- if and $keda.enabled (eq $keda.trigger "postgresql") (not $.Values.database.kedaUrlFrom.secret) $own }}
- {{ $path }}.keda.trigger=postgresql does not go with {{ $own }}: KEDA's operator uses the same address and has no file of Hangar's pods; set database.kedaUrlFrom.secret, a Secret with an address for KEDA (sslmode=require, or a CA that the operator trusts), or {{ $path }}.keda.trigger=prometheus
{{- end }}
{{- end }}
{{- end }}

{{/* A budget that blocks every eviction: (list budget replicas). Empty where one is allowed; Kubernetes rounds percentages up. */}}
{{- define "hangar.blockingBudget" -}}
{{- $budget := index . 0 -}}
{{- $replicas := index . 1 -}}
{{- if and $budget.enabled (gt $replicas 0) -}}
{{- if hasKey $budget "minAvailable" -}}
{{- $asked := toString $budget.minAvailable -}}
{{- $kept := hasSuffix "%" $asked | ternary (divf (mulf (trimSuffix "%" $asked | float64) $replicas) 100 | ceil) ($asked | float64) -}}
{{- if ge $kept ($replicas | float64) }}minAvailable={{ $asked }}{{ end -}}
{{- else if has (toString $budget.maxUnavailable) (list "0" "0%") -}}
maxUnavailable={{ $budget.maxUnavailable }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "hangar.checks.migrations" -}}
{{- if and (eq .Values.migrations.run "hook") .Values.cluster.enabled }}
- migrations.run=hook does not go with cluster.enabled: the Job would wait before the install for a database that comes with it; for example migrations.run=init
{{- end }}
{{- if and (eq (include "hangar.migrationsRun" .) "init") (hasKey (fromYaml (include "hangar.secretKeys" .)) "MIGRATION_DATABASE_URL") }}
- MIGRATION_DATABASE_URL does not go with migrations.run=init, which would give every pod the owner's password; for example migrations.run=hook
{{- end }}
{{- if ge (.Values.migrations.waitSeconds | int) (.Values.migrations.activeDeadlineSeconds | int) }}
- migrations.waitSeconds must be below migrations.activeDeadlineSeconds, or the Job ends before it says why; for example migrations.activeDeadlineSeconds={{ add .Values.migrations.waitSeconds 300 }}
{{- end }}
{{- end }}

{{/* The same for extraEnv, which would override the chart's shutdown times. */}}
{{- define "hangar.checks.extraEnv" -}}
{{- $places := fromYaml (include "hangar.places" .) -}}
{{- range $name, $component := fromYaml (include "hangar.components" .) }}
{{- range $variable := $component.values.extraEnv }}
{{- $path := printf "%s.extraEnv: %s" (include "hangar.componentPath" $name) $variable.name }}
{{- with get $places $variable.name }}
- {{ $path }} has a value of its own, {{ . }}
{{- end }}
{{- if hasKey $.Values.secrets.keys $variable.name }}
- {{ $path }} is a secret: set it in secrets, for example secrets.keys.{{ $variable.name }}={{ $variable.name }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Variables with a value of their own, or set by the chart. The schema rejects unknown names. */}}
{{- define "hangar.checks.config" -}}
{{- range $variable, $value := .Values.config }}
{{- $place := get (fromYaml (include "hangar.places" $)) $variable }}
{{- if $place }}
- config.{{ $variable }}: this has a value of its own, {{ $place }}
{{- else if or (hasKey $.Values.secrets.keys $variable) (hasSuffix "_HEADERS" $variable) }}
- config.{{ $variable }} is a secret: set it in secrets, for example secrets.keys.{{ replace "OTLP_HEADERS" "OTLP_TRACES_HEADERS" $variable }}={{ $variable }}
{{- end }}
{{- end }}
{{- end }}

{{/* The value that sets each variable. */}}
{{- define "hangar.places" -}}
PUBLIC_URL: publicUrl
PLANE_BASE_URL: plane.baseUrl
PLANE_CLIENT_ID: plane.clientId
PLANE_MODE: plane.mode
PLANE_WORKSPACE: plane.workspace
PLANE_SCOPES: plane.scopes
PLANE_REDIRECT_URI: plane.redirectUri
OIDC_ISSUER: oidc.issuer
OIDC_CLIENT_ID: oidc.clientId
OIDC_AUDIENCE: oidc.audience
OIDC_ROLES_CLAIM: oidc.rolesClaim
OIDC_ROLES_MAP: oidc.rolesMap
OIDC_SCOPES: oidc.scopes
LOG_LEVEL: log.level
WEBHOOK_MAX_BODY_BYTES: webhooks.maxBodyBytes
WEBHOOK_HOLD_SECONDS: webhooks.holdSeconds
DELIVERY_RETENTION_DAYS: deliveryRetentionDays
TRUSTED_PROXIES: trustedProxies
DATABASE_POOL_SIZE: database.poolSize
DATABASE_SCHEMA: database.schema
NODE_EXTRA_CA_CERTS: caBundle
NO_PROXY: proxy.noProxy
HANGAR_ROLES: receiver.enabled, worker.enabled, scheduler.enabled, console.enabled or singleProcess
HANGAR_HANDLERS: worker.handlers
HANGAR_DRAIN_SECONDS: defaults.drainSeconds
HANGAR_DRAIN_DELAY_SECONDS: defaults.preStopSeconds, which does the same before SIGTERM
OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.otlpEndpoint
NODE_ENV: always "production"
PORT: always 3000; service.port is another one
METRICS_PORT: always 9464
HANGAR_DATA_DIR: nothing is kept in a pod
{{- end }}
