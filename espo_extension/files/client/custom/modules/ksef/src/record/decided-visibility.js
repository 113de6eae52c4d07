/**
 * A record that was opened from a list arrives while its form is being drawn. What dynamic logic decides then is
 * recorded, but passes by panels whose HTML is made and not yet on the page, and fields that are just being made
 * (EspoCRM 9 and 10, showPanelInternal of views/record/detail-middle, convertDetailLayout of views/record/detail).
 */
define('modules/ksef/record/decided-visibility', [], () => {
    const put = (isHidden, hide, show) => {
        if (typeof isHidden === 'boolean') {
            isHidden ? hide() : show();
        }
    };

    return {
        /**
         * Show and hide as was decided.
         *
         * @param {Object} view The record view, drawn.
         */
        apply: view => {
            const {recordHelper} = view;
            const middle = view.getMiddleView();

            for (const [panel, fields] of Object.entries(view.panelFieldListMap || {})) {
                put(
                    recordHelper.getPanelStateParam(panel, 'hidden'),
                    () => middle.hidePanel(panel),
                    () => middle.showPanel(panel),
                );
                fields.forEach(field => put(
                    recordHelper.getFieldStateParam(field, 'hidden'),
                    () => view.hideField(field),
                    () => view.showField(field),
                ));
            }
        },
    };
});
