#!/bin/sh
# As one was written in those days: cold backup of clustered services, from cron. One after the other is disabled, backed up and
# enabled where it was. cold-backup.sh COMMAND SERVICE...; exit 1 when one was left alone or did not come back.
BACKUP=$1
shift
RC=0

clustat -Q || { echo "cluster is not quorate, no backup"; exit 1; }
for SERVICE in $*; do
    clustat -s $SERVICE > /dev/null 2>&1
    case $? in
        0)   ;;
        110|119) echo "$SERVICE: does not run, left alone"; RC=1; continue ;;
        114) echo "$SERVICE: failed, left alone"; RC=1; continue ;;
        255) echo "$SERVICE: no such service"; RC=1; continue ;;
        *)   echo "$SERVICE: in transition, left alone"; RC=1; continue ;;
    esac
    OWNER=`clustat | awk '$1 == "service:'$SERVICE'" { print $2 }'`
    if ! clustat -m $OWNER > /dev/null; then
        echo "$SERVICE: owner $OWNER is not a member"; RC=1; continue
    fi
    clusvcadm -q -d $SERVICE || { echo "$SERVICE: cannot be disabled ($?)"; RC=1; continue; }
    TRIES=0
    while clustat -s $SERVICE > /dev/null; [ $? -ne 119 ]; do
        TRIES=`expr $TRIES + 1`
        [ $TRIES -gt 30 ] && { echo "$SERVICE: still not disabled"; exit 1; }
        sleep 1
    done
    echo "$SERVICE: backup from $OWNER: `$BACKUP $SERVICE`"
    clusvcadm -e $SERVICE -m $OWNER || RC=1
    clustat -s $SERVICE > /dev/null || { echo "$SERVICE: did not come back ($?)"; RC=1; }
done
exit $RC
