import { writeFileSync } from 'node:fs';
import { loadDriver } from '../../../src/inbox/sqlite/driver';
import { DRIVER, newFile } from '../../helpers/inbox';
import { typeErrorOf } from '../../helpers/type-error';

describe('loadDriver()', () => {
  it.each([DRIVER, '@photostructure/sqlite', 'libsql'])('loads %s', (name) => {
    const db = new (loadDriver(name))(newFile());
    expect(db.prepare('SELECT ? AS n').get(7)).toMatchObject({ n: 7 });
    db.close();
  });

  it('takes a module that exports by default', () => {
    const file = newFile('driver.js');
    writeFileSync(file, 'exports.default = class Opened {};');
    expect(loadDriver(file).name).toBe('Opened');
  });

  it('says what to install where a module is not there', () => {
    expect(typeErrorOf(() => loadDriver('beter-sqlite3'))).toMatch(
      /the module "beter-sqlite3" cannot be loaded.*'@photostructure\/sqlite', 'better-sqlite3' or 'libsql'/,
    );
    expect(typeErrorOf(() => loadDriver('node:path'))).toMatch(/"node:path" opens no SQLite file/);
  });

  it('says what to do where Node has no SQLite', () => {
    jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    expect(typeErrorOf(() => loadDriver('node:sqlite'))).toMatch(
      /Node [\d.]+ has no module "node:sqlite" \(22\.13 .*npm install @photostructure\/sqlite@1.*driver: /,
    );
  });
});
