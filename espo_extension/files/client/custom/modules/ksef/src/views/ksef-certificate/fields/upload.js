define('modules/ksef/views/ksef-certificate/fields/upload', ['views/fields/file'], Dep => class extends Dep {});
