{{/*
Secrets reach Hangar as files, by X_FILE, and not as variables: files are not shown by `kubectl describe`, not
inherited by child processes, not written to crash reports, and a changed webhook secret is read without a restart.
*/}}
{{- define "hangar.secretsFolder" -}}/run/secrets/hangar{{- end }}

{{- define "hangar.secretFile" -}}
{{ . | lower | replace "_" "-" }}
{{- end }}

{{/* The main Secret: an existing one, the chart's, or External Secrets'. */}}
{{- define "hangar.secretName" -}}
{{ .Values.secrets.existingSecret | default (include "hangar.fullname" .) }}
{{- end }}

{{/* The key of that Secret for each variable, as YAML. */}}
{{- define "hangar.secretKeys" -}}
{{- $keys := dict -}}
{{- range $variable, $key := .Values.secrets.keys -}}
{{- if $.Values.secrets.existingSecret -}}
{{- $elsewhere := and (eq $variable "DATABASE_URL") (or $.Values.database.urlFrom.secret $.Values.cluster.enabled) -}}
{{- if and $key (not $elsewhere) }}{{ $_ := set $keys $variable $key }}{{ end -}}
{{- else if $.Values.secrets.externalSecret.enabled -}}
{{- if hasKey $.Values.secrets.externalSecret.remoteRefs $variable }}{{ $_ := set $keys $variable $variable }}{{ end -}}
{{- else if get $.Values.secrets.values $variable -}}
{{- $_ := set $keys $variable $variable -}}
{{- end -}}
{{- end -}}
{{ toYaml $keys }}
{{- end }}

{{/* The Secret and key of the database's address, where it is not with the others, as YAML. */}}
{{- define "hangar.databaseSecret" -}}
{{- if .Values.database.urlFrom.secret -}}
{{ toYaml .Values.database.urlFrom }}
{{- else if .Values.cluster.enabled -}}
secret: {{ include "hangar.clusterName" . }}-app
key: uri
{{- end -}}
{{- end }}

{{/*
The volumes of a pod: (dict "root" $ "secret" name "migration" bool). `secret` is the Secret to read: the migration
hook has a copy of its own.
*/}}
{{- define "hangar.volumes" -}}
{{- $keys := fromYaml (include "hangar.secretKeys" .root) -}}
{{- $url := ternary "MIGRATION_DATABASE_URL" "DATABASE_URL" (and .migration (hasKey $keys "MIGRATION_DATABASE_URL")) -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .secret | quote }}
          items:
            {{- range $variable, $key := omit $keys "DATABASE_URL" "MIGRATION_DATABASE_URL" }}
            - { key: {{ $key | quote }}, path: {{ include "hangar.secretFile" $variable }} }
            {{- end }}
            {{- with get $keys $url }}
            - { key: {{ . | quote }}, path: database-url }
            {{- end }}
      {{- if ne $url "MIGRATION_DATABASE_URL" }}
      {{- with fromYaml (include "hangar.databaseSecret" .root) }}
      - secret:
          name: {{ .secret | quote }}
          items:
            - { key: {{ .key | quote }}, path: database-url }
      {{- end }}
      {{- end }}
{{- with fromYaml (include "hangar.caBundle" .root) }}
{{- include "hangar.caVolume" (dict "name" "ca-bundle" "ca" .) | nindent 0 }}
{{- end }}
{{- with .root.Values.database.ca }}
{{- if or .configMap .secret }}
{{- include "hangar.caVolume" (dict "name" "database-ca" "ca" .) | nindent 0 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "hangar.volumeMounts" -}}
- name: secrets
  mountPath: {{ include "hangar.secretsFolder" . }}
  readOnly: true
{{- if include "hangar.caBundle" . }}
- name: ca-bundle
  mountPath: /etc/hangar/ca-bundle
  readOnly: true
{{- end }}
{{- if or .Values.database.ca.configMap .Values.database.ca.secret }}
- name: database-ca
  mountPath: /etc/hangar/database-ca
  readOnly: true
{{- end }}
{{- end }}

{{/*
Additional certificate authorities, as YAML; may be empty. With `cluster` and no bundle it is CloudNativePG's own: its
address names no `sslrootcert`, and Node reads one file. A bundle must contain it too.
*/}}
{{- define "hangar.caBundle" -}}
{{- if or .Values.caBundle.configMap .Values.caBundle.secret -}}
{{ toYaml .Values.caBundle }}
{{- else if .Values.cluster.enabled -}}
secret: {{ include "hangar.clusterName" . }}-ca
key: ca.crt
{{- end -}}
{{- end }}

{{- define "hangar.caVolume" -}}
- name: {{ .name }}
  projected:
    defaultMode: 0444
    sources:
      - {{ ternary "configMap" "secret" (not (empty .ca.configMap)) }}:
          name: {{ .ca.configMap | default .ca.secret | quote }}
          items:
            - { key: {{ .ca.key | quote }}, path: ca.crt }
{{- end }}
