#!/usr/bin/env bash
# slurm.sh up FOLDER: a Slurm of two nodes on this host alone, without systemd, all of it in FOLDER; prints its SLURM_CONF.
# slurm.sh down FOLDER: ends it.
set -euo pipefail
folder=$2
case $1 in
up)
  mkdir -p "$folder"/{state,spool/n1,spool/n2,log,run}
  mkdir -m 700 "$folder/munge"
  chmod 755 "$folder" "$folder/run"
  host=$(hostname -s)
  head -c 1024 /dev/urandom >"$folder/munge/key"
  chmod 600 "$folder/munge/key"
  munged --force --key-file="$folder/munge/key" --socket="$folder/run/munge.socket" --pid-file="$folder/run/munged.pid" \
    --log-file="$folder/log/munged.log" --seed-file="$folder/munge/seed" >"$folder/log/munged.out" 2>&1
  port=$((20000 + RANDOM % 20000))
  cat >"$folder/slurm.conf" <<CONF
ClusterName=coldfront
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 RealMemory=8000 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  slurmctld
  slurmd -N n1
  slurmd -N n2
  for ((i = 0; i < 300; i++)); do
    [ "$(sinfo -h -N -t idle 2>/dev/null | wc -l)" = 2 ] && { echo "$SLURM_CONF"; exit 0; }
    sleep 0.1
  done
  tail -n 5 "$folder"/log/*.log >&2
  exit 1
  ;;
down)
  for pid in "$folder"/run/*.pid; do [ -s "$pid" ] && kill "$(cat "$pid")" 2>/dev/null || true; done
  ;;
esac
