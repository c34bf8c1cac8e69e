/* store/disk.c -- where a store may lie: not on a disk that several machines share. */
#include "store/disk.h"

#include <errno.h>
#include <stddef.h>
#include <sys/vfs.h>

/* What statfs() calls them.  There, locks and shared memory do not hold between machines,
 * or a sync is no promise.  FUSE is in it because it can be anything. */
static const uint32_t networks[] = {
    0x6969,     /* NFS */
    0x517B,     /* SMB */
    0xFF534D42, /* CIFS */
    0xFE534D42, /* SMB 2 and 3 */
    0x01021997, /* 9P */
    0x65735546, /* FUSE */
    0x5346414F, /* AFS */
    0x6B414653, /* AFS, of the kernel */
    0x73757245, /* Coda */
    0x564C,     /* NCP */
    0x00C36400, /* Ceph */
    0x0BD00BD0, /* Lustre */
    0x01161970, /* GFS2 */
    0x7461636F, /* OCFS2 */
    0x786F4256, /* VirtualBox's shared folders */
    0xBACBACBC, /* VMware's */
    0x47504653, /* GPFS */
    0x20030528, /* OrangeFS */
    0xAAD7AAEA, /* Panasas */
    0x013111A8, /* IBRIX */
    0x19830326, /* BeeGFS */
};

bool lsi_disk_is_network(uint32_t type)
{
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (networks[i] == type)
            return true;
    return false;
}

const char *lsi_disk_why(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return "its directory does not exist";
    case EACCES:
    case EPERM:
    case EROFS:
        return "no permission";
    case ENOSPC:
    case EDQUOT:
        return "the disk is full";
    case ELOOP:
        return "it is a symbolic link";
    case ENOLCK:
        return "the file system has no locks";
    case ENAMETOOLONG:
        return "its name is too long";
    default:
        return "the system refuses";
    }
}

int lsi_disk_check(const char *path, lsi_error *e)
{
    struct statfs disk;
    /* What cannot be asked cannot be opened either, and that has a message of its own. */
    if (statfs(path, &disk) != 0 || !lsi_disk_is_network((uint32_t)disk.f_type))
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_STORE,
                         "the store is on a network file system (type %X), where locks do not"
                         " hold; LSCHED_NETWORK opens it all the same",
                         (unsigned)disk.f_type);
}
