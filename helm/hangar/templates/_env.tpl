{{/*
The variables of a container: (dict "root" $ "roles" (list …) "values" the component's). They are in the pod template,
not in a ConfigMap: a change restarts the pods, a rollback restores the old values, and a pod that restarts during an upgrade
does not read the values of the next release.
*/}}
{{- define "hangar.env" -}}
{{- $v := .root.Values -}}
{{- $env := dict "NODE_ENV" "production" "HANGAR_ROLES" (join "," .roles) -}}
{{- $_ := set $env "HANGAR_HANDLERS" (join "," .values.handlers) -}}
{{- $_ := set $env "HANGAR_DRAIN_SECONDS" .values.drainSeconds -}}
{{- $_ := set $env "PUBLIC_URL" ($v.publicUrl | trimSuffix "/") -}}
{{- $_ := set $env "PLANE_BASE_URL" $v.plane.baseUrl -}}
{{- $_ := set $env "PLANE_MODE" (ternary "" $v.plane.mode (eq $v.plane.mode "oauth")) -}}
{{- $_ := set $env "PLANE_CLIENT_ID" $v.plane.clientId -}}
{{- $_ := set $env "PLANE_WORKSPACE" $v.plane.workspace -}}
{{- $_ := set $env "PLANE_SCOPES" (join " " $v.plane.scopes) -}}
{{- $_ := set $env "PLANE_REDIRECT_URI" $v.plane.redirectUri -}}
{{- if and $v.consoleUrl (eq (join "," .roles) "console") -}}
{{- $_ := set $env "PUBLIC_URL" ($v.consoleUrl | trimSuffix "/") -}}
{{- $_ := set $env "PLANE_REDIRECT_URI" "" -}}
{{- end -}}
{{- $_ := set $env "OIDC_ISSUER" $v.oidc.issuer -}}
{{- $_ := set $env "OIDC_CLIENT_ID" $v.oidc.clientId -}}
{{- $_ := set $env "OIDC_AUDIENCE" $v.oidc.audience -}}
{{- $_ := set $env "OIDC_ROLES_CLAIM" $v.oidc.rolesClaim -}}
{{- $_ := set $env "OIDC_ROLES_MAP" (include "hangar.rolesMap" $v.oidc.rolesMap) -}}
{{- $_ := set $env "OIDC_SCOPES" (join " " $v.oidc.scopes) -}}
{{- $_ := set $env "LOG_LEVEL" $v.log.level -}}
{{- $_ := set $env "WEBHOOK_MAX_BODY_BYTES" ($v.webhooks.maxBodyBytes | int64) -}}
{{- $_ := set $env "WEBHOOK_HOLD_SECONDS" $v.webhooks.holdSeconds -}}
{{- $_ := set $env "DELIVERY_RETENTION_DAYS" $v.deliveryRetentionDays -}}
{{- $_ := set $env "HANGAR_MAX_CONNECTIONS" ($v.limits.maxConnections | int64) -}}
{{- $_ := set $env "HANGAR_REQUESTS_PER_MINUTE" ($v.limits.requestsPerMinute | int64) -}}
{{- $_ := set $env "TRUSTED_PROXIES" (join "," $v.trustedProxies) -}}
{{- $_ := set $env "DATABASE_POOL_SIZE" $v.database.poolSize -}}
{{- $_ := set $env "DATABASE_SCHEMA" $v.database.schema -}}
{{- $_ := set $env "PGSSLMODE" ($v.database.sslMode | default (ternary "verify-full" "" $v.cluster.enabled)) -}}
{{- $_ := set $env "NODE_EXTRA_CA_CERTS" (ternary "/etc/hangar/ca-bundle/ca.crt" "" (not (empty (include "hangar.caBundle" .root)))) -}}
{{- $_ := set $env "HTTPS_PROXY" $v.proxy.url -}}
{{- $_ := set $env "NO_PROXY" (ternary (join "," $v.proxy.noProxy) "" (not (empty (include "hangar.hasProxy" .root)))) -}}
{{- if $v.telemetry.otlpEndpoint -}}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" $v.telemetry.otlpEndpoint -}}
{{- $_ := set $env "OTEL_RESOURCE_ATTRIBUTES" (printf "k8s.namespace.name=%s,k8s.pod.name=$(K8S_POD_NAME)" .root.Release.Namespace) -}}
{{- end -}}
{{- range $variable := concat (keys (fromYaml (include "hangar.secretKeys" .root))) (list "DATABASE_URL") -}}
{{- if ne $variable "MIGRATION_DATABASE_URL" -}}
{{- $_ := set $env (printf "%s_FILE" $variable) (printf "%s/%s" (include "hangar.secretsFolder" $) (include "hangar.secretFile" $variable)) -}}
{{- end -}}
{{- end -}}
{{- range $variable, $value := $v.config -}}
{{- $_ := set $env $variable (kindIs "float64" $value | ternary (toJson $value) $value) -}}
{{- end -}}
{{- if contains "$(K8S_POD_NAME)" (toString $env.OTEL_RESOURCE_ATTRIBUTES) }}
- name: K8S_POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
{{- end }}
{{- range $variable, $value := $env }}
{{- if ne (toString $value) "" }}
- name: {{ $variable }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* `role=value` pairs in a fixed order. */}}
{{- define "hangar.rolesMap" -}}
{{- $pairs := list -}}
{{- $json := false -}}
{{- range $role, $values := . -}}
{{- range $values -}}{{- if contains "," . -}}{{- $json = true -}}{{- end -}}{{- $pairs = append $pairs (printf "%s=%s" $role .) -}}{{- end -}}
{{- end -}}
{{ if $json }}{{ toJson . }}{{ else }}{{ join "," $pairs }}{{ end }}
{{- end }}

{{/* Not empty where calls go through a proxy. */}}
{{- define "hangar.hasProxy" -}}
{{- if or .Values.proxy.url (hasKey (fromYaml (include "hangar.secretKeys" .)) "HTTPS_PROXY") -}}yes{{- end -}}
{{- end }}
