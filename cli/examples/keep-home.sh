#!/bin/bash
# As one was written in those days: keeps a service on its own node, and tells by exit codes alone.
SERVICE=$1
HOME_NODE=$2

if ! clustat -Q; then
    echo "no quorum, leaving"
    exit 1
fi
clustat -s $SERVICE > /dev/null
STATE=$?
if [ $STATE -eq 119 ]; then
    echo "$SERVICE is disabled, enabling"
    clusvcadm -e $SERVICE -m $HOME_NODE || exit 1
elif [ $STATE -ne 0 ]; then
    echo "$SERVICE is in state $STATE, calling somebody"
    exit 2
fi
OWNER=$(clustat -s $SERVICE | awk '$1 == "service:'$SERVICE'" { print $2 }')
if [ "$OWNER" != "$HOME_NODE" ]; then
    echo "$SERVICE is on $OWNER, moving home"
    clusvcadm -q -r $SERVICE -m $HOME_NODE || exit 1
fi
clustat -x | grep -o "name=\"service:$SERVICE\" state=\"[0-9]*\""
clustat | grep "service:$SERVICE" | awk '{ print $1, $2, $3 }'
