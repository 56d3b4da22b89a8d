{{/* The Secret of the chart, or what has External Secrets make one: (dict "root" $ "name" … "annotations" …). */}}
{{- define "hangar.secretObject" -}}
{{- $metadata := dict "root" .root "name" .name "annotations" .annotations -}}
{{- if .root.Values.secrets.values }}
apiVersion: v1
kind: Secret
metadata:
  {{- include "hangar.metadata" $metadata | nindent 2 }}
type: Opaque
stringData:
  {{- range $variable, $value := .root.Values.secrets.values }}
  {{- if $value }}
  {{ $variable }}: {{ $value | quote }}
  {{- end }}
  {{- end }}
{{- else if .root.Values.secrets.externalSecret.enabled }}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  {{- include "hangar.metadata" $metadata | nindent 2 }}
spec:
  refreshInterval: {{ .root.Values.secrets.externalSecret.refreshInterval }}
  secretStoreRef:
    {{- toYaml .root.Values.secrets.externalSecret.storeRef | nindent 4 }}
  target:
    name: {{ .name | quote }}
    creationPolicy: Owner
  data:
    {{- range $variable, $ref := .root.Values.secrets.externalSecret.remoteRefs }}
    - secretKey: {{ $variable }}
      remoteRef:
        {{- toYaml $ref | nindent 8 }}
    {{- end }}
{{- end }}
{{- end }}
