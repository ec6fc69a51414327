"""The fields that Kubernetes has published, of the kinds that are read.

Out of the schemas of Kubernetes 1.25 to 1.37 (``tests/support/published_schema.py`` writes them
here): whatever one of these versions knows is known. A later one may know more.
"""

from collections.abc import Mapping

_NOTATION = """\
AWSElasticBlockStoreVolumeSource: fsType string, partition int32, readOnly bool, volumeID string
Affinity: nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAntiAffinity
AppArmorProfile: localhostProfile string, type string
AzureDiskVolumeSource: cachingMode string, diskName string, diskURI string, fsType string, kind
  string, readOnly bool
AzureFileVolumeSource: readOnly bool, secretName string, shareName string
CSIVolumeSource: driver string, fsType string, nodePublishSecretRef LocalObjectReference, readOnly
  bool, volumeAttributes map[string]string
Capabilities: add []string, drop []string
CephFSVolumeSource: monitors []string, path string, readOnly bool, secretFile string, secretRef
  LocalObjectReference, user string
CinderVolumeSource: fsType string, readOnly bool, secretRef LocalObjectReference, volumeID string
ClaimSource: resourceClaimName string, resourceClaimTemplateName string
ClusterTrustBundleProjection: labelSelector LabelSelector, name string, optional bool, path string,
  signerName string, user int64
Condition: lastTransitionTime string, message string, observedGeneration int64, reason string,
  status string, type string
ConfigMapEnvSource: name string, optional bool
ConfigMapKeySelector: key string, name string, optional bool
ConfigMapProjection: items []KeyToPath, name string, optional bool
ConfigMapVolumeSource: defaultMode int32, defaultUser int64, items []KeyToPath, name string,
  optional bool
Container: args []string, command []string, env []EnvVar, envFrom []EnvFromSource, image string,
  imagePullPolicy string, lifecycle Lifecycle, livenessProbe Probe, name string, ports
  []ContainerPort, readinessProbe Probe, resizePolicy []ContainerResizePolicy, resources
  ResourceRequirements, restartPolicy string, restartPolicyRules []ContainerRestartRule,
  securityContext SecurityContext, startupProbe Probe, stdin bool, stdinOnce bool,
  terminationMessagePath string, terminationMessagePolicy string, tty bool, volumeDevices
  []VolumeDevice, volumeMounts []VolumeMount, workingDir string
ContainerExtendedResourceRequest: containerName string, requestName string, resourceName string
ContainerPort: containerPort int32, hostIP string, hostPort int32, name string, protocol string
ContainerResizePolicy: resourceName string, restartPolicy string
ContainerRestartRule: action string, exitCodes ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes: operator string, values []int32
ContainerState: running ContainerStateRunning, terminated ContainerStateTerminated, waiting
  ContainerStateWaiting
ContainerStateRunning: startedAt string
ContainerStateTerminated: containerID string, exitCode int32, finishedAt string, message string,
  reason string, signal int32, startedAt string
ContainerStateWaiting: message string, reason string
ContainerStatus: allocatedResources map[string]Quantity, allocatedResourcesStatus []ResourceStatus,
  containerID string, image string, imageID string, lastState ContainerState, name string, ready
  bool, resources ResourceRequirements, restartCount int32, started bool, state ContainerState,
  stopSignal string, user ContainerUser, volumeMounts []VolumeMountStatus
ContainerUser: linux LinuxContainerUser
CronJob: apiVersion string, kind string, metadata ObjectMeta, spec CronJobSpec, status CronJobStatus
CronJobSpec: concurrencyPolicy string, failedJobsHistoryLimit int32, jobTemplate JobTemplateSpec,
  schedule string, startingDeadlineSeconds int64, successfulJobsHistoryLimit int32, suspend bool,
  timeZone string
CronJobStatus: active []ObjectReference, lastScheduleTime string, lastSuccessfulTime string
DaemonSet: apiVersion string, kind string, metadata ObjectMeta, spec DaemonSetSpec, status
  DaemonSetStatus
DaemonSetCondition: lastTransitionTime string, message string, reason string, status string, type
  string
DaemonSetSpec: minReadySeconds int32, revisionHistoryLimit int32, selector LabelSelector, template
  PodTemplateSpec, updateStrategy DaemonSetUpdateStrategy
DaemonSetStatus: collisionCount int32, conditions []DaemonSetCondition, currentNumberScheduled
  int32, desiredNumberScheduled int32, numberAvailable int32, numberMisscheduled int32, numberReady
  int32, numberUnavailable int32, observedGeneration int64, updatedNumberScheduled int32
DaemonSetUpdateStrategy: rollingUpdate RollingUpdateDaemonSet, type string
Deployment: apiVersion string, kind string, metadata ObjectMeta, spec DeploymentSpec, status
  DeploymentStatus
DeploymentCondition: lastTransitionTime string, lastUpdateTime string, message string, reason
  string, status string, type string
DeploymentSpec: minReadySeconds int32, paused bool, progressDeadlineSeconds int32, replicas int32,
  revisionHistoryLimit int32, selector LabelSelector, strategy DeploymentStrategy, template
  PodTemplateSpec
DeploymentStatus: availableReplicas int32, collisionCount int32, conditions []DeploymentCondition,
  observedGeneration int64, readyReplicas int32, replicas int32, terminatingReplicas int32,
  unavailableReplicas int32, updatedReplicas int32
DeploymentStrategy: rollingUpdate RollingUpdateDeployment, type string
DownwardAPIProjection: items []DownwardAPIVolumeFile
DownwardAPIVolumeFile: fieldRef ObjectFieldSelector, mode int32, path string, resourceFieldRef
  ResourceFieldSelector, user int64
DownwardAPIVolumeSource: defaultMode int32, defaultUser int64, items []DownwardAPIVolumeFile
EmptyDirVolumeSource: medium string, mode int32, sizeLimit Quantity
EnvFromSource: configMapRef ConfigMapEnvSource, prefix string, secretRef SecretEnvSource
EnvVar: name string, value string, valueFrom EnvVarSource
EnvVarSource: configMapKeyRef ConfigMapKeySelector, fieldRef ObjectFieldSelector, fileKeyRef
  FileKeySelector, resourceFieldRef ResourceFieldSelector, secretKeyRef SecretKeySelector
EphemeralContainer: args []string, command []string, env []EnvVar, envFrom []EnvFromSource, image
  string, imagePullPolicy string, lifecycle Lifecycle, livenessProbe Probe, name string, ports
  []ContainerPort, readinessProbe Probe, resizePolicy []ContainerResizePolicy, resources
  ResourceRequirements, restartPolicy string, restartPolicyRules []ContainerRestartRule,
  securityContext SecurityContext, startupProbe Probe, stdin bool, stdinOnce bool,
  targetContainerName string, terminationMessagePath string, terminationMessagePolicy string, tty
  bool, volumeDevices []VolumeDevice, volumeMounts []VolumeMount, workingDir string
EphemeralVolumeSource: volumeClaimTemplate PersistentVolumeClaimTemplate
EvictionResponder: name string, priority int32
ExecAction: command []string
FCVolumeSource: fsType string, lun int32, readOnly bool, targetWWNs []string, wwids []string
FileKeySelector: key string, optional bool, path string, volumeName string
FlexVolumeSource: driver string, fsType string, options map[string]string, readOnly bool, secretRef
  LocalObjectReference
FlockerVolumeSource: datasetName string, datasetUUID string
GCEPersistentDiskVolumeSource: fsType string, partition int32, pdName string, readOnly bool
GRPCAction: mode string, port int32, service string
GitRepoVolumeSource: directory string, repository string, revision string
GlusterfsVolumeSource: endpoints string, path string, readOnly bool
HTTPGetAction: host string, httpHeaders []HTTPHeader, path string, port IntOrString, protocol
  string, scheme string
HTTPHeader: name string, value string
HostAlias: hostnames []string, ip string
HostIP: ip string
HostPathVolumeSource: path string, type string
IPBlock: cidr string, except []string
ISCSIVolumeSource: chapAuthDiscovery bool, chapAuthSession bool, fsType string, initiatorName
  string, iqn string, iscsiInterface string, lun int32, portals []string, readOnly bool, secretRef
  LocalObjectReference, targetPortal string
ImageVolumeSource: pullPolicy string, reference string
ImageVolumeStatus: imageRef string
Job: apiVersion string, kind string, metadata ObjectMeta, spec JobSpec, status JobStatus
JobCondition: lastProbeTime string, lastTransitionTime string, message string, reason string, status
  string, type string
JobSchedulingConfiguration: disruptionMode WorkloadPodGroupDisruptionMode, resourceClaims
  []WorkloadPodGroupResourceClaim, schedulingConstraints WorkloadPodGroupSchedulingConstraints,
  schedulingPolicy WorkloadPodGroupSchedulingPolicy
JobSpec: activeDeadlineSeconds int64, backoffLimit int32, backoffLimitPerIndex int32, completionMode
  string, completions int32, managedBy string, manualSelector bool, maxFailedIndexes int32,
  parallelism int32, podFailurePolicy PodFailurePolicy, podReplacementPolicy string, scheduling
  JobSchedulingConfiguration, selector LabelSelector, successPolicy SuccessPolicy, suspend bool,
  template PodTemplateSpec, ttlSecondsAfterFinished int32
JobStatus: active int32, completedIndexes string, completionTime string, conditions []JobCondition,
  failed int32, failedIndexes string, ready int32, startTime string, succeeded int32, terminating
  int32, uncountedTerminatedPods UncountedTerminatedPods
JobTemplateSpec: metadata ObjectMeta, spec JobSpec
KeyToPath: key string, mode int32, path string, user int64
LabelSelector: matchExpressions []LabelSelectorRequirement, matchLabels map[string]string
LabelSelectorRequirement: key string, operator string, values []string
Lifecycle: postStart LifecycleHandler, preStop LifecycleHandler, stopSignal string
LifecycleHandler: exec ExecAction, httpGet HTTPGetAction, sleep SleepAction, tcpSocket
  TCPSocketAction
LinuxContainerUser: gid int64, supplementalGroups []int64, uid int64
LocalObjectReference: name string
ManagedFieldsEntry: apiVersion string, fieldsType string, fieldsV1 object, manager string, operation
  string, subresource string, time string
ModifyVolumeStatus: status string, targetVolumeAttributesClassName string
NFSVolumeSource: path string, readOnly bool, server string
Namespace: apiVersion string, kind string, metadata ObjectMeta, spec NamespaceSpec, status
  NamespaceStatus
NamespaceCondition: lastTransitionTime string, message string, reason string, status string, type
  string
NamespaceSpec: finalizers []string
NamespaceStatus: conditions []NamespaceCondition, phase string
NetworkPolicy: apiVersion string, kind string, metadata ObjectMeta, spec NetworkPolicySpec, status
  NetworkPolicyStatus
NetworkPolicyEgressRule: ports []NetworkPolicyPort, to []NetworkPolicyPeer
NetworkPolicyIngressRule: from []NetworkPolicyPeer, ports []NetworkPolicyPort
NetworkPolicyPeer: ipBlock IPBlock, namespaceSelector LabelSelector, podSelector LabelSelector
NetworkPolicyPort: endPort int32, port IntOrString, protocol string
NetworkPolicySpec: egress []NetworkPolicyEgressRule, ingress []NetworkPolicyIngressRule, podSelector
  LabelSelector, policyTypes []string
NetworkPolicyStatus: conditions []Condition
NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm,
  requiredDuringSchedulingIgnoredDuringExecution NodeSelector
NodeAllocatableMappedResources: name string, quantity Quantity
NodeAllocatableOverheadResources: name string, perContainer Quantity, perPod Quantity
NodeAllocatableResourceClaimStatus: containers []string, mapping []NodeAllocatableMappedResources,
  overhead []NodeAllocatableOverheadResources, resourceClaimName string, resources
  map[string]Quantity
NodeSelector: nodeSelectorTerms []NodeSelectorTerm
NodeSelectorRequirement: key string, operator string, values []string
NodeSelectorTerm: matchExpressions []NodeSelectorRequirement, matchFields []NodeSelectorRequirement
ObjectFieldSelector: apiVersion string, fieldPath string
ObjectMeta: annotations map[string]string, clusterName string, creationTimestamp string,
  deletionGracePeriodSeconds int64, deletionTimestamp string, finalizers []string, generateName
  string, generation int64, initializers object, labels map[string]string, managedFields
  []ManagedFieldsEntry, name string, namespace string, ownerReferences []OwnerReference,
  resourceVersion string, selfLink string, uid string
ObjectReference: apiVersion string, fieldPath string, kind string, name string, namespace string,
  resourceVersion string, uid string
OwnerReference: apiVersion string, blockOwnerDeletion bool, controller bool, kind string, name
  string, uid string
PersistentVolumeClaim: apiVersion string, kind string, metadata ObjectMeta, spec
  PersistentVolumeClaimSpec, status PersistentVolumeClaimStatus
PersistentVolumeClaimCondition: lastProbeTime string, lastTransitionTime string, message string,
  reason string, status string, type string
PersistentVolumeClaimSpec: accessModes []string, dataSource TypedLocalObjectReference, dataSourceRef
  TypedObjectReference, resources VolumeResourceRequirements, selector LabelSelector,
  storageClassName string, volumeAttributesClassName string, volumeMode string, volumeName string
PersistentVolumeClaimStatus: accessModes []string, allocatedResourceStatuses map[string]string,
  allocatedResources map[string]Quantity, capacity map[string]Quantity, conditions
  []PersistentVolumeClaimCondition, currentVolumeAttributesClassName string, healthStatus
  VolumeHealthStatus, modifyVolumeStatus ModifyVolumeStatus, phase string, resizeStatus string
PersistentVolumeClaimTemplate: metadata ObjectMeta, spec PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource: claimName string, readOnly bool
PhotonPersistentDiskVolumeSource: fsType string, pdID string
Pod: apiVersion string, kind string, metadata ObjectMeta, spec PodSpec, status PodStatus
PodAffinity: preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm,
  requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
PodAffinityTerm: labelSelector LabelSelector, matchLabelKeys []string, mismatchLabelKeys []string,
  namespaceSelector LabelSelector, namespaces []string, topologyKey string
PodAntiAffinity: preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm,
  requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
PodCertificateProjection: certificateChainPath string, credentialBundlePath string, keyPath string,
  keyType string, maxExpirationSeconds int32, signerName string, user int64, userAnnotations
  map[string]string
PodCondition: lastProbeTime string, lastTransitionTime string, message string, observedGeneration
  int64, reason string, status string, type string
PodDNSConfig: nameservers []string, options []PodDNSConfigOption, searches []string
PodDNSConfigOption: name string, value string
PodExtendedResourceClaimStatus: requestMappings []ContainerExtendedResourceRequest,
  resourceClaimName string
PodFailurePolicy: rules []PodFailurePolicyRule
PodFailurePolicyOnExitCodesRequirement: containerName string, operator string, values []int32
PodFailurePolicyOnPodConditionsPattern: status string, type string
PodFailurePolicyRule: action string, onExitCodes PodFailurePolicyOnExitCodesRequirement,
  onPodConditions []PodFailurePolicyOnPodConditionsPattern
PodIP: ip string
PodOS: name string
PodReadinessGate: conditionType string
PodResourceClaim: name string, resourceClaimName string, resourceClaimTemplateName string, source
  ClaimSource
PodResourceClaimStatus: name string, resourceClaimName string
PodSchedulingGate: name string
PodSchedulingGroup: podGroupName string
PodSecurityContext: appArmorProfile AppArmorProfile, fsGroup int64, fsGroupChangePolicy string,
  runAsGroup int64, runAsNonRoot bool, runAsUser int64, seLinuxChangePolicy string, seLinuxOptions
  SELinuxOptions, seccompProfile SeccompProfile, supplementalGroups []int64,
  supplementalGroupsPolicy string, sysctls []Sysctl, windowsOptions WindowsSecurityContextOptions
PodSpec: activeDeadlineSeconds int64, affinity Affinity, automountServiceAccountToken bool,
  containers []Container, dnsConfig PodDNSConfig, dnsPolicy string, enableServiceLinks bool,
  ephemeralContainers []EphemeralContainer, evictionResponders []EvictionResponder, hostAliases
  []HostAlias, hostIPC bool, hostNetwork bool, hostPID bool, hostUsers bool, hostname string,
  hostnameOverride string, imagePullSecrets []LocalObjectReference, initContainers []Container,
  nodeName string, nodeSelector map[string]string, os PodOS, overhead map[string]Quantity,
  preemptionPolicy string, priority int32, priorityClassName string, readinessGates
  []PodReadinessGate, resourceClaims []PodResourceClaim, resources ResourceRequirements,
  restartPolicy string, runtimeClassName string, schedulerName string, schedulingGates
  []PodSchedulingGate, schedulingGroup PodSchedulingGroup, securityContext PodSecurityContext,
  serviceAccount string, serviceAccountName string, setHostnameAsFQDN bool, shareProcessNamespace
  bool, subdomain string, terminationGracePeriodSeconds int64, tolerations []Toleration,
  topologySpreadConstraints []TopologySpreadConstraint, volumes []Volume, workloadRef
  WorkloadReference
PodStatus: allocatedResources map[string]Quantity, conditions []PodCondition, containerStatuses
  []ContainerStatus, ephemeralContainerStatuses []ContainerStatus, extendedResourceClaimStatus
  PodExtendedResourceClaimStatus, hostIP string, hostIPs []HostIP, initContainerStatuses
  []ContainerStatus, message string, nodeAllocatableResourceClaimStatuses
  []NodeAllocatableResourceClaimStatus, nominatedNodeName string, observedGeneration int64, phase
  string, podIP string, podIPs []PodIP, qosClass string, reason string, resize string,
  resourceClaimStatuses []PodResourceClaimStatus, resources ResourceRequirements, startTime string,
  volumeHealth []PodVolumeHealth
PodTemplateSpec: metadata ObjectMeta, spec PodSpec
PodVolumeHealth: healthConditions []VolumeHealthCondition, lastTransitionTime string, name string
PortworxVolumeSource: fsType string, readOnly bool, volumeID string
PreferredSchedulingTerm: preference NodeSelectorTerm, weight int32
Probe: exec ExecAction, failureThreshold int32, grpc GRPCAction, httpGet HTTPGetAction,
  initialDelaySeconds int32, periodSeconds int32, successThreshold int32, tcpSocket TCPSocketAction,
  terminationGracePeriodSeconds int64, timeoutSeconds int32
ProjectedVolumeSource: defaultMode int32, defaultUser int64, sources []VolumeProjection
QuobyteVolumeSource: group string, readOnly bool, registry string, tenant string, user string,
  volume string
RBDVolumeSource: fsType string, image string, keyring string, monitors []string, pool string,
  readOnly bool, secretRef LocalObjectReference, user string
ReplicaSet: apiVersion string, kind string, metadata ObjectMeta, spec ReplicaSetSpec, status
  ReplicaSetStatus
ReplicaSetCondition: lastTransitionTime string, message string, reason string, status string, type
  string
ReplicaSetSpec: minReadySeconds int32, replicas int32, selector LabelSelector, template
  PodTemplateSpec
ReplicaSetStatus: availableReplicas int32, conditions []ReplicaSetCondition, fullyLabeledReplicas
  int32, observedGeneration int64, readyReplicas int32, replicas int32, terminatingReplicas int32
ReplicationController: apiVersion string, kind string, metadata ObjectMeta, spec
  ReplicationControllerSpec, status ReplicationControllerStatus
ReplicationControllerCondition: lastTransitionTime string, message string, reason string, status
  string, type string
ReplicationControllerSpec: minReadySeconds int32, replicas int32, selector map[string]string,
  template PodTemplateSpec
ReplicationControllerStatus: availableReplicas int32, conditions []ReplicationControllerCondition,
  fullyLabeledReplicas int32, observedGeneration int64, readyReplicas int32, replicas int32
ResourceClaim: name string, request string
ResourceFieldSelector: containerName string, divisor Quantity, resource string
ResourceHealth: health string, message string, resourceID string
ResourceRequirements: claims []ResourceClaim, limits map[string]Quantity, requests
  map[string]Quantity
ResourceStatus: name string, resources []ResourceHealth
RollingUpdateDaemonSet: maxSurge IntOrString, maxUnavailable IntOrString
RollingUpdateDeployment: maxSurge IntOrString, maxUnavailable IntOrString
RollingUpdateStatefulSetStrategy: maxUnavailable IntOrString, partition int32
SELinuxOptions: level string, role string, type string, user string
ScaleIOVolumeSource: fsType string, gateway string, protectionDomain string, readOnly bool,
  secretRef LocalObjectReference, sslEnabled bool, storageMode string, storagePool string, system
  string, volumeName string
SeccompProfile: localhostProfile string, type string
SecretEnvSource: name string, optional bool
SecretKeySelector: key string, name string, optional bool
SecretProjection: items []KeyToPath, name string, optional bool
SecretVolumeSource: defaultMode int32, defaultUser int64, items []KeyToPath, optional bool,
  secretName string
SecurityContext: allowPrivilegeEscalation bool, appArmorProfile AppArmorProfile, capabilities
  Capabilities, privileged bool, procMount string, readOnlyRootFilesystem bool, runAsGroup int64,
  runAsNonRoot bool, runAsUser int64, seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile,
  windowsOptions WindowsSecurityContextOptions
ServiceAccountTokenProjection: audience string, expirationSeconds int64, path string, user int64
SleepAction: seconds int64
StatefulSet: apiVersion string, kind string, metadata ObjectMeta, spec StatefulSetSpec, status
  StatefulSetStatus
StatefulSetCondition: lastTransitionTime string, message string, reason string, status string, type
  string
StatefulSetOrdinals: start int32
StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted string, whenScaled string
StatefulSetSpec: minReadySeconds int32, ordinals StatefulSetOrdinals,
  persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy,
  podManagementPolicy string, replicas int32, revisionHistoryLimit int32, selector LabelSelector,
  serviceName string, template PodTemplateSpec, updateStrategy StatefulSetUpdateStrategy,
  volumeClaimTemplates []PersistentVolumeClaim
StatefulSetStatus: availableReplicas int32, collisionCount int32, conditions []StatefulSetCondition,
  currentReplicas int32, currentRevision string, observedGeneration int64, readyReplicas int32,
  replicas int32, updateRevision string, updatedReplicas int32
StatefulSetUpdateStrategy: rollingUpdate RollingUpdateStatefulSetStrategy, type string
StorageOSVolumeSource: fsType string, readOnly bool, secretRef LocalObjectReference, volumeName
  string, volumeNamespace string
SuccessPolicy: rules []SuccessPolicyRule
SuccessPolicyRule: succeededCount int32, succeededIndexes string
Sysctl: name string, value string
TCPSocketAction: host string, port IntOrString
Toleration: effect string, key string, operator string, tolerationSeconds int64, value string
TopologyConstraint: key string
TopologySpreadConstraint: labelSelector LabelSelector, matchLabelKeys []string, maxSkew int32,
  minDomains int32, nodeAffinityPolicy string, nodeTaintsPolicy string, topologyKey string,
  whenUnsatisfiable string
TypedLocalObjectReference: apiGroup string, kind string, name string
TypedObjectReference: apiGroup string, kind string, name string, namespace string
UncountedTerminatedPods: failed []string, succeeded []string
Volume: awsElasticBlockStore AWSElasticBlockStoreVolumeSource, azureDisk AzureDiskVolumeSource,
  azureFile AzureFileVolumeSource, cephfs CephFSVolumeSource, cinder CinderVolumeSource, configMap
  ConfigMapVolumeSource, csi CSIVolumeSource, downwardAPI DownwardAPIVolumeSource, emptyDir
  EmptyDirVolumeSource, ephemeral EphemeralVolumeSource, fc FCVolumeSource, flexVolume
  FlexVolumeSource, flocker FlockerVolumeSource, gcePersistentDisk GCEPersistentDiskVolumeSource,
  gitRepo GitRepoVolumeSource, glusterfs GlusterfsVolumeSource, hostPath HostPathVolumeSource, image
  ImageVolumeSource, iscsi ISCSIVolumeSource, name string, nfs NFSVolumeSource,
  persistentVolumeClaim PersistentVolumeClaimVolumeSource, photonPersistentDisk
  PhotonPersistentDiskVolumeSource, portworxVolume PortworxVolumeSource, projected
  ProjectedVolumeSource, quobyte QuobyteVolumeSource, rbd RBDVolumeSource, scaleIO
  ScaleIOVolumeSource, secret SecretVolumeSource, storageos StorageOSVolumeSource, vsphereVolume
  VsphereVirtualDiskVolumeSource
VolumeDevice: devicePath string, name string
VolumeHealthCondition: message string, reason string, status string
VolumeHealthStatus: healthConditions []VolumeHealthCondition, lastTransitionTime string
VolumeMount: bindMountOptions []string, mountPath string, mountPropagation string, name string,
  readOnly bool, recursiveReadOnly string, subPath string, subPathExpr string
VolumeMountStatus: mountPath string, name string, readOnly bool, recursiveReadOnly string,
  volumeStatus VolumeStatus
VolumeProjection: clusterTrustBundle ClusterTrustBundleProjection, configMap ConfigMapProjection,
  downwardAPI DownwardAPIProjection, podCertificate PodCertificateProjection, secret
  SecretProjection, serviceAccountToken ServiceAccountTokenProjection
VolumeResourceRequirements: limits map[string]Quantity, requests map[string]Quantity
VolumeStatus: image ImageVolumeStatus
VsphereVirtualDiskVolumeSource: fsType string, storagePolicyID string, storagePolicyName string,
  volumePath string
WeightedPodAffinityTerm: podAffinityTerm PodAffinityTerm, weight int32
WindowsSecurityContextOptions: gmsaCredentialSpec string, gmsaCredentialSpecName string, hostProcess
  bool, runAsUserName string
WorkloadPodGroupAllDisruptionMode:
WorkloadPodGroupBasicSchedulingPolicy:
WorkloadPodGroupDisruptionMode: all WorkloadPodGroupAllDisruptionMode, single
  WorkloadPodGroupSingleDisruptionMode
WorkloadPodGroupGangSchedulingPolicy: minCount int32
WorkloadPodGroupResourceClaim: name string, resourceClaimName string, resourceClaimTemplateName
  string
WorkloadPodGroupSchedulingConstraints: topology []TopologyConstraint
WorkloadPodGroupSchedulingPolicy: basic WorkloadPodGroupBasicSchedulingPolicy, gang
  WorkloadPodGroupGangSchedulingPolicy
WorkloadPodGroupSingleDisruptionMode:
WorkloadReference: name string, podGroup string, podGroupReplicaKey string
"""


def _parsed(notation: str) -> Mapping[str, Mapping[str, str]]:
    paragraphs = notation.replace("\n  ", " ").splitlines()
    named = (paragraph.partition(":") for paragraph in paragraphs)
    return {name: _fields(listed) for name, _, listed in named}


def _fields(listed: str) -> Mapping[str, str]:
    pairs = (field.split() for field in listed.split(","))
    return {pair[0]: pair[1] for pair in pairs if pair}


FIELDS = _parsed(_NOTATION)
"""The fields of each type, and what type they have in the notation of Go: ``[]Container``,
``map[string]string``, ``IntOrString``. An ``object`` may be anything."""
