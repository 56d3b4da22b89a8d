{{/*
The components, a Deployment each. As YAML, by name: `roles` (HANGAR_ROLES), `values` (`defaults` merged with the
component's own), `exposed` (has a Service).
*/}}
{{- define "hangar.components" -}}
{{- $components := dict -}}
{{- if .Values.singleProcess -}}
{{- $_ := set $components "server" (dict "roles" (list "receiver" "worker" "scheduler" "console") "exposed" true "values" .Values.server) -}}
{{- else -}}
{{- range $name := list "receiver" "worker" "scheduler" "console" -}}
{{- $values := get $.Values $name -}}
{{- if $values.enabled -}}
{{- $exposed := has $name (list "receiver" "console") -}}
{{- $_ := set $components $name (dict "roles" (list $name) "exposed" $exposed "values" $values) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $pool := .Values.workerPools -}}
{{- $own := mergeOverwrite (dict "enabled" true "handlers" list) ($pool | default dict) -}}
{{- if $own.enabled -}}
{{- $values := mergeOverwrite (deepCopy $.Values.worker) $own -}}
{{- $_ := set $components (printf "worker-%s" $name) (dict "roles" (list "worker") "exposed" false "values" $values) -}}
{{- end -}}
{{- end -}}
{{- range $name, $component := $components -}}
{{- $_ := set $component "values" (mergeOverwrite (deepCopy $.Values.defaults) $component.values) -}}
{{- end -}}
{{ toYaml $components }}
{{- end }}

{{/* The Service of a role that serves requests: (list $ role). Empty where this release does not run it. */}}
{{- define "hangar.serviceOf" -}}
{{- $root := index . 0 -}}
{{- $role := index . 1 -}}
{{- if $root.Values.singleProcess -}}
{{ include "hangar.fullname" $root }}-server
{{- else if (get $root.Values $role).enabled -}}
{{ include "hangar.fullname" $root }}-{{ $role }}
{{- end -}}
{{- end }}

{{/* The public paths, as YAML: path → Service. All others, including health and metrics, are not public. */}}
{{- define "hangar.routes" -}}
{{- $routes := dict -}}
{{- with include "hangar.serviceOf" (list . "receiver") -}}
{{- $_ := set $routes "/oauth" . -}}
{{- $_ := set $routes "/webhooks" . -}}
{{- end -}}
{{- with include "hangar.serviceOf" (list . "console") -}}
{{- $_ := set $routes "/console" . -}}
{{- $_ := set $routes "/api" . -}}
{{- end -}}
{{ toYaml $routes }}
{{- end }}

{{/* How the schema is migrated: hook, init or off. */}}
{{- define "hangar.migrationsRun" -}}
{{ .Values.migrations.run | default (ternary "init" "hook" .Values.cluster.enabled) }}
{{- end }}
