#include "store/shared_scripts.h"

namespace sekisho::store {

const std::string_view exchange_script = R"lua(
local log, origin, after = KEYS[1], ARGV[1], ARGV[2]
for i = 7, #ARGV, 3 do
  redis.call('XADD', log, 'MAXLEN', '~', ARGV[4], '*',
             'o', origin, 'n', ARGV[i], 'k', ARGV[i + 1], 'b', ARGV[i + 2])
end
if #ARGV >= 7 then redis.call('EXPIRE', log, ARGV[5]) end
local found = redis.call('XRANGE', log, '(' .. after, '+', 'COUNT', ARGV[3])
local last, newest, out = after, '', {}
for _, entry in ipairs(found) do
  local fields = entry[2]
  last = entry[1]
  if ARGV[6] == '0' or fields[2] ~= origin then
    out[#out + 1] = {entry[1], fields[2], fields[4], fields[6], fields[8]}
  end
end
if #found == 0 then
  local tail = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)
  if #tail > 0 then newest = tail[1][1] end
end
return {last, #found, newest, out}
)lua";

const std::string_view put_script = R"lua(
local field, now = ARGV[3], tonumber(ARGV[4])
local level, till, since, person = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8] == '1'
local released = 'r:' .. field
local function read(name)
  local value = redis.call('HGET', KEYS[1], name)
  if not value then return nil end
  local l, u, s, p, bytes = string.match(value, '^(%d+) (%d+) (%d+) (%d) (.*)$')
  if not l then return nil end
  return {level = tonumber(l), till = tonumber(u), since = tonumber(s), person = p == '1', bytes = bytes}
end
local old, release = read(field), read(released)
local over = not person and (level == 1 or level == 2) and till <= now
local first, longer = not over, false
if release and (release.since > since or (release.since == since and not person)) then
  return {0, release.bytes}
end
if old and first then
  local holds = old.level == 3 or old.till > now
  if person then
    first = not (old.person and old.since > since)
  elseif old.person then
    first = false
  else
    first = level > old.level or (level < old.level and not holds) or
            (level == old.level and since > old.since and not holds)
    longer = not first and level == old.level and till > old.till
  end
elseif not old and level == 0 and not person then
  first = false
end
local value = table.concat({ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]}, ' ')
if first and level == 0 then
  redis.call('HDEL', KEYS[1], field)
  if person then redis.call('HSET', KEYS[1], released, value) end
elseif first or longer then
  redis.call('HSET', KEYS[1], field, value)
end
redis.call('EXPIRE', KEYS[1], ARGV[12])
if first then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[10], '*', 'o', ARGV[1], 'n', ARGV[2], 'k', 's', 'b', ARGV[9])
  redis.call('EXPIRE', KEYS[2], ARGV[11])
  return {1, ARGV[9]}
end
return {0, old and old.bytes or ''}
)lua";

const std::string_view list_script = R"lua(
local now, out = tonumber(ARGV[2]), {}
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 200)
for i = 1, #page[2], 2 do
  local l, u, s, p, bytes = string.match(page[2][i + 1], '^(%d+) (%d+) (%d+) (%d) (.*)$')
  local over = true
  if l then
    l, u, s = tonumber(l), tonumber(u), tonumber(s)
    if l == 0 then
      over = s + 2592000 < now
    else
      over = p ~= '1' and l ~= 3 and u + 86400 < now
    end
  end
  if over then
    redis.call('HDEL', KEYS[1], page[2][i])
  else
    out[#out + 1] = bytes
  end
end
if page[1] == '0' then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return {page[1], out}
)lua";

}  // namespace sekisho::store
