{{/* All helpers of one part take (dict "part" "silo" "root" $). */}}

{{- define "bookrec.name" -}}
{{- printf "%s-%s" .root.Release.Name .part | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "bookrec.selector" -}}
app.kubernetes.io/name: bookrec
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "bookrec.labels" -}}
{{ include "bookrec.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* What every pod is told; deploy/cluster.env is the same for containers without Kubernetes. */}}
{{- define "bookrec.environment" -}}
{{- $values := .root.Values -}}
- {name: BookRec__Mode, value: Cluster}
- {name: DOTNET_ThreadPool_UnfairSemaphoreSpinLimit, value: "0"}
- {name: BookRec__Cluster__Id, value: {{ .root.Release.Name | quote }}}
- {name: BookRec__Database__Engine, value: PostgreSql}
- {name: BookRec__Database__ConnectionString, value: {{ $values.postgres.connectionString | quote }}}
- {name: BookRec__Redis__Endpoint, value: {{ $values.redis.endpoint | quote }}}
- {name: BookRec__Redis__Tls, value: {{ $values.redis.tls | quote }}}
- {name: BookRec__Blobs__Bucket, value: {{ $values.aws.bucket | quote }}}
- {name: AWS_REGION, value: {{ $values.aws.region | quote }}}
{{- with $values.aws.s3Url }}
- {name: AWS_ENDPOINT_URL_S3, value: {{ . | quote }}}
{{- end }}
{{- with $values.aws.secretsUrl }}
- {name: AWS_ENDPOINT_URL_SECRETS_MANAGER, value: {{ . | quote }}}
{{- end }}
{{- if $values.existingSecret }}
{{- range $setting, $key := dict "BookRec__Tokens__SigningKey" "jwt_secret_key" "BookRec__Database__Password" "postgres_password" "BookRec__Redis__Password" "redis_password" }}
- {name: {{ $setting }}, valueFrom: {secretKeyRef: {name: {{ $values.existingSecret | quote }}, key: {{ $key }}}}}
{{- end }}
{{- else }}
- {name: BookRec__Secrets__Name, value: {{ required "secretsManager.name or existingSecret is needed" $values.secretsManager.name | quote }}}
{{- end }}
{{- with $values.traces.endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := $values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{/* A process of ours in its pod: the same for silos and web APIs but for what "environment" and "ports" add. */}}
{{- define "bookrec.pod" -}}
{{- $values := get .root.Values .part -}}
metadata:
  labels: {{- include "bookrec.labels" . | nindent 4 }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1654
    runAsGroup: 1654
    fsGroup: 1654
    seccompProfile: {type: RuntimeDefault}
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "bookrec.selector" . | nindent 10 }}
  containers:
    - name: {{ .part }}
      image: {{ printf "%s/bookrec-%s:%s" .root.Values.image.registry .part (.root.Values.image.tag | default .root.Chart.AppVersion) | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      env:
        {{- include "bookrec.environment" . | nindent 8 }}
        {{- .environment | nindent 8 }}
      ports:
        - {name: http, containerPort: 8000}
        {{- with .ports }}
        {{- . | nindent 8 }}
        {{- end }}
      # A start waits for its servers and may read in a catalogue; liveness begins after it.
      startupProbe:
        httpGet: {path: /api/live, port: http}
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        httpGet: {path: /api/live, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /api/ready, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
      # Time for the endpoints to forget this pod before it stops listening.
      lifecycle: {preStop: {sleep: {seconds: 5}}}
      resources: {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: data, mountPath: /var/lib/bookrec}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: data
      emptyDir: {sizeLimit: {{ $values.spoolSize | default "1Gi" }}}
    - name: tmp
      emptyDir: {sizeLimit: 256Mi}
{{- end }}
