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

{{/* The paths of publicUrl, as YAML: path → Service. All others, including health and metrics, are not public. */}}
{{- define "hangar.routes" -}}
{{- $routes := dict -}}
{{- with include "hangar.serviceOf" (list . "receiver") -}}
{{- $_ := set $routes "/oauth" . -}}
{{- $_ := set $routes "/webhooks" . -}}
{{- end -}}
{{- if not .Values.consoleUrl -}}
{{- with include "hangar.serviceOf" (list . "console") -}}
{{- $_ := set $routes "/console" . -}}
{{- $_ := set $routes "/api" . -}}
{{- end -}}
{{- end -}}
{{ toYaml $routes }}
{{- end }}

{{/* Those of consoleUrl: consents too, since their cookies and the console's session are of one host. */}}
{{- define "hangar.consoleRoutes" -}}
{{- $routes := dict -}}
{{- with include "hangar.serviceOf" (list . "console") -}}
{{- range $path := list "/console" "/api" "/oauth" }}{{ $_ := set $routes $path (include "hangar.serviceOf" (list $ "console")) }}{{ end -}}
{{- end -}}
{{ toYaml $routes }}
{{- end }}

{{/*
The hosts that lead here, as YAML, by the suffix of what is named after them: `url`, `routes`, `ingress`, `gateway`.
*/}}
{{- define "hangar.entrances" -}}
{{- $entrances := dict "" (dict "url" .Values.publicUrl "routes" (fromYaml (include "hangar.routes" .)) "ingress" .Values.ingress "gateway" .Values.gateway) -}}
{{- if .Values.consoleUrl -}}
{{- $_ := set $entrances "-console" (dict "url" .Values.consoleUrl "routes" (fromYaml (include "hangar.consoleRoutes" .)) "ingress" .Values.consoleIngress "gateway" .Values.consoleGateway) -}}
{{- end -}}
{{ toYaml $entrances }}
{{- end }}

{{/* How the schema is migrated: hook, init or off. */}}
{{- define "hangar.migrationsRun" -}}
{{ .Values.migrations.run | default (ternary "init" "hook" .Values.cluster.enabled) }}
{{- end }}

{{/* Pods at most: while every Deployment is replaced at its greatest number of pods. */}}
{{- define "hangar.podsAtMost" -}}
{{- $pods := 0 -}}
{{- range $name, $component := fromYaml (include "hangar.components" .) -}}
{{- $v := $component.values -}}
{{- $most := int ($v.autoscaling.enabled | ternary $v.autoscaling.maxReplicas ($v.keda.enabled | ternary $v.keda.maxReplicas $v.replicas)) -}}
{{- $surge := dig "rollingUpdate" "maxSurge" "25%" $v.strategy | toString -}}
{{- $more := hasSuffix "%" $surge | ternary (divf (mulf (trimSuffix "%" $surge | float64) $most) 100 | ceil | int) (int $surge) -}}
{{- $pods = add $pods $most (eq $v.strategy.type "Recreate" | ternary 0 $more) -}}
{{- end -}}
{{ $pods }}
{{- end }}

{{/*
Connections of all pods and a command: a process has a pool for its work, one for its queue, and a connection for LISTEN. Behind a
pooler those of the last kind go past it.
*/}}
{{- define "hangar.connections" -}}
{{- $perPod := add (mul 2 (int .Values.database.poolSize)) (ternary 0 1 (not (empty (include "hangar.listensDirectly" .)))) -}}
{{ add (mul (include "hangar.podsAtMost" . | int) $perPod) 4 }}
{{- end }}

{{- define "hangar.listensDirectly" -}}
{{- if and (not .Values.tests.connections) (hasKey (fromYaml (include "hangar.secretKeys" .)) "DATABASE_LISTEN_URL") -}}yes{{- end -}}
{{- end }}
