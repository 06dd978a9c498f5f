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
local value = table.concat({ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]}, ' ')
local old = redis.call('HGET', KEYS[1], field)
local first, longer = true, false
local old_bytes = ''
if old then
  local l, u, s, p, bytes = string.match(old, '^(%d+) (%d+) (%d+) (%d) (.*)$')
  l, u, s, old_bytes = tonumber(l), tonumber(u), tonumber(s), bytes
  local by_person = p == '1'
  local holds = l == 3 or u > now
  if person then
    first = not (by_person and s > since)
  elseif by_person then
    first = l == 0 and since > s and level > 0
  else
    first = level ~= l and (level > l or not holds)
    if level == l and since > s and not holds then first = level > 0 end
    longer = not first and level == l and till > u
  end
elseif level == 0 and not person then
  first = false
end
if first and level == 0 and not person then
  redis.call('HDEL', KEYS[1], field)
elseif first or longer then
  redis.call('HSET', KEYS[1], field, value)
  redis.call('EXPIRE', KEYS[1], ARGV[12])
end
if first then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[10], '*', 'o', ARGV[1], 'n', ARGV[2], 'k', 's', 'b', ARGV[9])
  redis.call('EXPIRE', KEYS[2], ARGV[11])
  return {1, ARGV[9]}
end
return {0, old_bytes}
)lua";

const std::string_view list_script = R"lua(
local now, out = tonumber(ARGV[2]), {}
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 200)
for i = 1, #page[2], 2 do
  local l, u, s, p, bytes = string.match(page[2][i + 1], '^(%d+) (%d+) (%d+) (%d) (.*)$')
  l, u, s = tonumber(l), tonumber(u), tonumber(s)
  local over
  if p == '1' then
    over = l == 0 and s + 2592000 < now
  else
    over = l ~= 3 and u + 86400 < now
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
