{{/*
What the pods of the migration and of `helm test` take: `defaults`, and over them what their own values say, as a component's
do: (list $ "migrations"|"tests"). Maps are merged, where `null` leaves a key out; lists are replaced. Resources are their
own alone.
*/}}
{{- define "hangar.jobValues" -}}
{{- $root := index . 0 -}}
{{- $own := deepCopy (get $root.Values (index . 1)) -}}
{{- $values := mergeOverwrite (deepCopy $root.Values.defaults) $own (dict "handlers" list) -}}
{{- $_ := set $values "resources" ($own.resources | default $root.Values.migrations.resources) -}}
{{- range $field := list "podAnnotations" "podLabels" "nodeSelector" -}}
{{- range $key, $value := get $values $field -}}
{{- if kindIs "invalid" $value }}{{ $_ := unset (get $values $field) $key }}{{ end -}}
{{- end -}}
{{- end -}}
{{ toYaml $values }}
{{- end }}

{{/*
What runs before the last container of a pod: (dict "values" … "sidecars" bool). With `sidecars` those are native ones
(`restartPolicy: Always`): the container after them finds them started, and the pod ends with it instead of with them.
*/}}
{{- define "hangar.containersBefore" -}}
{{- with .values.initContainers }}
{{ toYaml . }}
{{- end }}
{{- if .sidecars }}
{{- range .values.sidecars }}
{{ list (merge (dict "restartPolicy" "Always") .) | toYaml }}
{{- end }}
{{- end }}
{{- end }}

{{/* The `spec` of a job's pod: (dict "root" $ "values" … "account" name "secret" name "migration" bool "container" YAML). */}}
{{- define "hangar.jobPodSpec" -}}
restartPolicy: Never
serviceAccountName: {{ .account | quote }}
{{ include "hangar.podBase" (dict "root" .root "values" .values) }}
{{- with trim (include "hangar.containersBefore" (dict "values" .values "sidecars" true)) }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
containers:
  - {{ .container | nindent 4 | trim }}
volumes:
  {{- include "hangar.volumes" (dict "root" .root "secret" .secret "migration" .migration) | nindent 2 }}
  {{- with .values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* All roles, comma separated. */}}
{{- define "hangar.roles" -}}receiver,worker,scheduler,console{{- end }}

{{- define "hangar.doctorContainer" -}}
{{- $values := fromYaml (include "hangar.jobValues" (list . "tests")) -}}
name: doctor
{{- $connections := list "--connections" (include "hangar.connections" .) }}
{{- $console := list "--console-url" .Values.consoleUrl }}
command: {{ concat (list "hangar" "doctor") (ternary $connections list .Values.tests.connections) (ternary $console list (not (empty .Values.consoleUrl))) | toJson }}
{{ include "hangar.containerBase" (dict "root" . "roles" (include "hangar.roles" . | splitList ",") "values" $values) }}
resources:
  {{- toYaml $values.resources | nindent 2 }}
{{- end }}
